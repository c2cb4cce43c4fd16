package dev.millrace.schema.event;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import dev.millrace.atproto.BadDataException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one flat JSON object, read in one pass: text, whole numbers, booleans, lists of
 * text; the field {@code record} stays the bytes it is. Unknown shapes are passed over, so that a
 * newer writer may add fields.
 *
 * <p>Anything that is not as asked for is a {@link BadDataException} with reason {@code event}.
 */
final class EventFields {
  static final String REASON = "event";
  static final String RECORD = "record";

  // A record may hold any JSON: long keys and deep nesting were bounded where it was decoded.
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNameLength(Integer.MAX_VALUE)
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .maxNestingDepth(10_000)
                  .build())
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .disable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
          .build();

  private final Map<String, Object> values;

  private EventFields(Map<String, Object> values) {
    this.values = values;
  }

  static EventFields parse(byte[] json) {
    // Jackson would guess at UTF-16; byte offsets of the record hold for UTF-8 alone.
    if (json.length < 2 || json[0] != '{' || json[1] == 0) {
      throw bad("not a JSON object in UTF-8");
    }
    try (JsonParser parser = JSON.createParser(json)) {
      parser.nextToken();
      Map<String, Object> values = new HashMap<>(32);
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        Object value = value(parser, parser.nextToken(), json, name);
        if (value != null) {
          values.put(name, value);
        }
      }
      if (parser.nextToken() != null) {
        throw bad("more follows after the object");
      }
      return new EventFields(values);
    } catch (IOException e) {
      throw new BadDataException(REASON, "not JSON: " + e.getMessage(), e);
    }
  }

  private static @Nullable Object value(
      JsonParser parser, JsonToken token, byte[] json, String name) throws IOException {
    if (name.equals(RECORD)) {
      if (token != JsonToken.START_OBJECT) {
        throw bad("record is not an object");
      }
      int start = (int) parser.currentTokenLocation().getByteOffset();
      parser.skipChildren();
      int end = (int) parser.currentLocation().getByteOffset();
      return new RawJson(json, start, end - start);
    }
    return switch (token) {
      case VALUE_STRING -> parser.getText();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NUMBER_INT ->
          parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
              ? parser.getBigIntegerValue()
              : (Object) parser.getLongValue();
      case START_ARRAY -> texts(parser);
      case START_OBJECT -> {
        parser.skipChildren();
        yield null;
      }
      default -> null;
    };
  }

  private static List<Object> texts(JsonParser parser) throws IOException {
    List<Object> items = new ArrayList<>();
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      parser.skipChildren();
      items.add(token == JsonToken.VALUE_STRING ? parser.getText() : token);
    }
    return items;
  }

  String text(String name) {
    String value = textOrNull(name);
    if (value == null) {
      throw bad(name + " is missing");
    }
    return value;
  }

  @Nullable String textOrNull(String name) {
    return typed(name, String.class);
  }

  long integer(String name) {
    Long value = integerOrNull(name);
    if (value == null) {
      throw bad(name + " is missing");
    }
    return value;
  }

  @Nullable Long integerOrNull(String name) {
    return typed(name, Long.class);
  }

  boolean flag(String name, boolean otherwise) {
    Boolean value = typed(name, Boolean.class);
    return value == null ? otherwise : value;
  }

  boolean flag(String name) {
    Boolean value = typed(name, Boolean.class);
    if (value == null) {
      throw bad(name + " is missing");
    }
    return value;
  }

  @Nullable RawJson recordOrNull() {
    return typed(RECORD, RawJson.class);
  }

  List<String> texts(String name) {
    List<?> values = typed(name, List.class);
    if (values == null) {
      return List.of();
    }
    List<String> texts = new ArrayList<>(values.size());
    for (Object value : values) {
      if (!(value instanceof String text)) {
        throw bad(name + " is not a list of text");
      }
      texts.add(text);
    }
    return texts;
  }

  private <T> @Nullable T typed(String name, Class<T> type) {
    Object value = values.get(name);
    if (value == null) {
      return null;
    }
    if (!type.isInstance(value)) {
      throw bad(name + " is not " + type.getSimpleName());
    }
    return type.cast(value);
  }

  static BadDataException bad(String message) {
    return new BadDataException(REASON, message);
  }
}
