package dev.millrace.atproto.lexicon;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/** From {@code minLength} to {@code maxLength} items, both included, of one type. */
record ArraySchema(Schema items, int minLength, int maxLength) implements Schema {

  @Override
  public @Nullable Problem check(JsonNode value) {
    if (!value.isArray()) {
      return Problem.expected("an array");
    }
    int length = value.size();
    if (length < minLength || length > maxLength) {
      return Problem.of(
          length + " items, where " + minLength + " to " + maxLength + " are allowed");
    }
    for (int i = 0; i < length; i++) {
      Problem problem = items.check(value.get(i));
      if (problem != null) {
        return problem.inItem(i);
      }
    }
    return null;
  }
}
