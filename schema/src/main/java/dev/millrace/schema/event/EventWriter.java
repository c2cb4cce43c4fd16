package dev.millrace.schema.event;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes one flat JSON object; absent values are left out. One thread, one object. */
final class EventWriter {
  // Only ASCII outside the record: a lone surrogate in a name then survives as its escape, where
  // UTF-8 has no bytes for it.
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  private static final int ENVELOPE_BYTES = 512;

  private final ByteArrayOutputStream out;
  private final JsonGenerator json;

  EventWriter(@Nullable RawJson record) {
    out = new ByteArrayOutputStream(ENVELOPE_BYTES + (record == null ? 0 : record.length()));
    try {
      json = JSON.createGenerator(out);
      json.writeStartObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  EventWriter text(String name, @Nullable String value) {
    if (value != null) {
      write(() -> json.writeStringField(name, value));
    }
    return this;
  }

  EventWriter integer(String name, @Nullable Long value) {
    if (value != null) {
      write(() -> json.writeNumberField(name, value));
    }
    return this;
  }

  EventWriter flag(String name, boolean value) {
    write(() -> json.writeBooleanField(name, value));
    return this;
  }

  EventWriter texts(String name, List<String> values) {
    write(
        () -> {
          json.writeArrayFieldStart(name);
          for (String value : values) {
            json.writeString(value);
          }
          json.writeEndArray();
        });
    return this;
  }

  EventWriter record(@Nullable RawJson record) {
    if (record != null) {
      write(
          () -> {
            json.writeFieldName(EventFields.RECORD);
            json.writeRawValue(""); // the colon, and on to the next field
            json.flush();
            record.writeTo(out);
          });
    }
    return this;
  }

  byte[] toBytes() {
    write(
        () -> {
          json.writeEndObject();
          json.close();
        });
    return out.toByteArray();
  }

  private interface Step {
    void run() throws IOException;
  }

  private static void write(Step step) {
    try {
      step.run();
    } catch (IOException e) {
      throw new UncheckedIOException("in memory", e);
    }
  }
}
