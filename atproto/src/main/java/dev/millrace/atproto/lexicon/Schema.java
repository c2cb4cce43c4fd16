package dev.millrace.atproto.lexicon;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/** A type of a lexicon, compiled. Immutable. */
interface Schema {

  /** The first thing found wrong with the value; null if it is of this type. */
  @Nullable Problem check(JsonNode value);
}
