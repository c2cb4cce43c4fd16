package dev.millrace.atproto.lexicon;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.cid.Cid;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The kinds of the data model, read from its JSON.
 *
 * @see <a href="https://atproto.com/specs/data-model">data model</a>
 */
final class DataModel {
  /** The greatest integer that the AppView's language holds exactly, 2^53 - 1; and its negative. */
  private static final long MAX_INTEGER = (1L << 53) - 1;

  private DataModel() {}

  /** Whether it is a map, neither a link nor bytes. */
  static boolean isMap(JsonNode value) {
    return value.isObject() && (value.size() != 1 || (link(value) == null && bytes(value) == null));
  }

  /** The link that this is; null if it is none. */
  static @Nullable Cid link(JsonNode value) {
    JsonNode text = value.get("$link");
    if (value.size() != 1 || text == null || !text.isTextual()) {
      return null;
    }
    try {
      return Cid.parse(text.textValue());
    } catch (BadDataException e) {
      return null;
    }
  }

  /** The bytes that this is; null if it is none. */
  static byte @Nullable [] bytes(JsonNode value) {
    JsonNode text = value.get("$bytes");
    if (value.size() != 1 || text == null || !text.isTextual()) {
      return null;
    }
    try {
      return Base64.getDecoder().decode(text.textValue());
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** Whether it is an integer of 53 bits and a sign. */
  static boolean isInteger(JsonNode value) {
    return value.isIntegralNumber()
        && value.canConvertToLong()
        && value.longValue() <= MAX_INTEGER
        && value.longValue() >= -MAX_INTEGER;
  }

  /**
   * The first number at any depth that the AppView cannot hold, and for which it refuses a record
   * even where the lexicon lets anything through; null if there is none.
   */
  static @Nullable Problem numberOutOfRange(JsonNode value) {
    if (value.isArray()) {
      for (int i = 0; i < value.size(); i++) {
        Problem problem = numberOutOfRange(value.get(i));
        if (problem != null) {
          return problem.inItem(i);
        }
      }
    } else if (value.isObject()) {
      for (Map.Entry<String, JsonNode> field : value.properties()) {
        Problem problem = numberOutOfRange(field.getValue());
        if (problem != null) {
          return problem.inField(field.getKey());
        }
      }
    } else if (value.isNumber() && !isInteger(value)) {
      return Problem.of(value.asText() + " is not an integer of 53 bits");
    }
    return null;
  }
}
