package dev.millrace.connectors.sink.collection;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.millrace.schema.event.RawJson;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Reads the JSON of records. */
final class RecordJson {
  /** Sizes are bounded where records come in; here only depth could hurt. */
  private static final ObjectMapper MAPPER =
      new ObjectMapper(
          JsonFactory.builder()
              .streamReadConstraints(
                  StreamReadConstraints.builder()
                      .maxNestingDepth(1_000)
                      .maxNumberLength(Integer.MAX_VALUE)
                      .maxNameLength(Integer.MAX_VALUE)
                      .maxStringLength(Integer.MAX_VALUE)
                      .build())
              .build());

  private RecordJson() {}

  static JsonNode parse(RawJson json) {
    try {
      return MAPPER.readTree(json.array(), json.offset(), json.length());
    } catch (IOException e) {
      throw InvalidRecord.because("the record is not JSON", e);
    }
  }

  static ArrayNode newArray() {
    return MAPPER.createArrayNode();
  }

  /** Throws unless the bytes can be stored as text: well-formed UTF-8 without NUL. */
  static void checkText(RawJson json) {
    boolean isAscii = true;
    for (int i = json.offset(); i < json.offset() + json.length(); i++) {
      byte b = json.array()[i];
      if (b == 0) {
        throw InvalidRecord.because("the record's JSON holds a NUL byte");
      }
      isAscii &= b > 0;
    }
    if (isAscii) {
      return;
    }
    try {
      StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(json.array(), json.offset(), json.length()));
    } catch (CharacterCodingException e) {
      throw InvalidRecord.because("the record's JSON is not UTF-8", e);
    }
  }
}
