package dev.millrace.atproto.lexicon;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One of several types, told by its {@code $type}. An open union lets maps of any other type
 * through.
 */
record UnionSchema(Map<String, Schema> byType, boolean isClosed) implements Schema {

  UnionSchema {
    byType = Map.copyOf(byType);
  }

  @Override
  public @Nullable Problem check(JsonNode value) {
    JsonNode type = value.get("$type");
    if (type == null || !value.isObject()) {
      return Problem.expected("a map with a $type");
    }
    Schema schema = type.isTextual() ? byType.get(type.textValue()) : null;
    if (schema != null) {
      return schema.check(value);
    }
    if (isClosed || !type.isTextual()) {
      return Problem.of("not one of " + byType.keySet()).inField("$type");
    }
    return DataModel.numberOutOfRange(value);
  }
}
