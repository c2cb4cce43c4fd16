package dev.millrace.atproto.lexicon;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/** Anything that the data model has. */
record UnknownSchema() implements Schema {

  @Override
  public @Nullable Problem check(JsonNode value) {
    return DataModel.numberOutOfRange(value);
  }
}
