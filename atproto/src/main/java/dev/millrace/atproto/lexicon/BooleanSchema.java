package dev.millrace.atproto.lexicon;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/** {@code true} or {@code false}. */
record BooleanSchema() implements Schema {

  @Override
  public @Nullable Problem check(JsonNode value) {
    return value.isBoolean() ? null : Problem.expected("a boolean");
  }
}
