package dev.millrace.atproto.lexicon;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/** From {@code minLength} to {@code maxLength} bytes, both included. */
record BytesSchema(int minLength, int maxLength) implements Schema {

  @Override
  public @Nullable Problem check(JsonNode value) {
    byte[] bytes = DataModel.bytes(value);
    if (bytes == null) {
      return Problem.expected("bytes");
    }
    return bytes.length < minLength || bytes.length > maxLength
        ? Problem.of(
            bytes.length + " bytes, where " + minLength + " to " + maxLength + " are allowed")
        : null;
  }
}
