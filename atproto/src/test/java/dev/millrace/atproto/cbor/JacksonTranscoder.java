package dev.millrace.atproto.cbor;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.dataformat.cbor.CBORParser;
import dev.millrace.atproto.cid.Cid;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;

/** DAG-CBOR to JSON by Jackson: the second opinion, and what our own is measured against. */
final class JacksonTranscoder {
  private static final CBORFactory CBOR = new CBORFactory();
  private static final JsonFactory JSON = new JsonFactory();

  private JacksonTranscoder() {}

  static byte[] convert(byte[] block) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream(block.length * 2);
    try (CBORParser parser = CBOR.createParser(block);
        JsonGenerator generator = JSON.createGenerator(out)) {
      while (parser.nextToken() != null) {
        copy(parser, generator);
      }
    }
    return out.toByteArray();
  }

  private static void copy(CBORParser parser, JsonGenerator generator) throws IOException {
    if (parser.currentToken() != JsonToken.VALUE_EMBEDDED_OBJECT) {
      generator.copyCurrentEvent(parser);
      return;
    }
    boolean link = parser.getCurrentTag() == 42;
    byte[] bytes = parser.getBinaryValue();
    generator.writeStartObject();
    if (link) {
      generator.writeStringField("$link", Cid.read(bytes, 1, bytes.length - 1).toString());
    } else {
      generator.writeFieldName("$bytes");
      generator.writeString(Base64.getEncoder().withoutPadding().encodeToString(bytes));
    }
    generator.writeEndObject();
  }
}
