package dev.millrace.atproto.lexicon;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/** An integer from {@code minimum} to {@code maximum}, both included. */
record IntegerSchema(long minimum, long maximum) implements Schema {

  @Override
  public @Nullable Problem check(JsonNode value) {
    if (!DataModel.isInteger(value)) {
      return Problem.expected("an integer");
    }
    if (value.longValue() < minimum) {
      return Problem.of(value.longValue() + " is less than " + minimum);
    }
    return value.longValue() > maximum
        ? Problem.of(value.longValue() + " is more than " + maximum)
        : null;
  }
}
