package dev.millrace.atproto.cbor;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.cid.Cid;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the JSON form of the data model: {@code {"$link": …}} and {@code {"$bytes": …}} are what
 * they stand for, numbers are integers of 64 bits signed.
 *
 * <p>Refused as {@code BadDataException} "json": what is not JSON, a key twice, a number with a
 * fraction that is not zero, a special key beside others, a {@code $type} that is not a text or
 * empty, a blob without its parts, containers deeper than {@link CborReader#MAX_DEPTH}.
 *
 * @see <a href="https://atproto.com/specs/data-model">data model</a>
 */
public final class JsonToCbor {
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder().maxNestingDepth(CborReader.MAX_DEPTH + 1).build())
          .build();

  private JsonToCbor() {}

  /** The DAG-CBOR of a JSON object, such as a record. */
  public static byte[] encode(byte[] json) {
    return DagCbor.encode(decode(json));
  }

  /** A JSON object as a tree, as {@link DagCbor} describes it. */
  public static Map<String, @Nullable Object> decode(byte[] json) {
    try (JsonParser parser = JSON.createParser(json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT
          || !(read(parser) instanceof Map<?, ?> object)) {
        throw bad("the outermost value must be an object");
      }
      if (parser.nextToken() != null) {
        throw bad("more than one value");
      }
      @SuppressWarnings("unchecked") // read() makes no other maps
      Map<String, @Nullable Object> entries = (Map<String, @Nullable Object>) object;
      return entries;
    } catch (IOException e) {
      throw new BadDataException("json", "not JSON within the limits", e);
    }
  }

  private static @Nullable Object read(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> readObject(parser);
      case START_ARRAY -> readArray(parser);
      case VALUE_STRING -> parser.getText();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> readInteger(parser);
      case null, default -> throw bad("an unexpected " + parser.currentToken());
    };
  }

  private static Long readInteger(JsonParser parser) throws IOException {
    try {
      return parser.getDecimalValue().longValueExact();
    } catch (ArithmeticException e) {
      throw new BadDataException("json", "a number that is not an integer of 64 bits", e);
    }
  }

  private static List<@Nullable Object> readArray(JsonParser parser) throws IOException {
    List<@Nullable Object> values = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      values.add(read(parser));
    }
    return values;
  }

  private static Object readObject(JsonParser parser) throws IOException {
    Map<String, @Nullable Object> entries = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      parser.nextToken();
      entries.put(key, read(parser));
    }
    if (entries.containsKey("$link")) {
      return Cid.parse(onlyText(entries, "$link"));
    }
    if (entries.containsKey("$bytes")) {
      return bytes(onlyText(entries, "$bytes"));
    }
    checkType(entries);
    return entries;
  }

  private static String onlyText(Map<String, @Nullable Object> entries, String key) {
    if (entries.size() == 1 && entries.get(key) instanceof String text) {
      return text;
    }
    throw bad(key + " must be a text, and alone");
  }

  private static byte[] bytes(String base64) {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new BadDataException("json", "$bytes is not base64", e);
    }
  }

  private static void checkType(Map<String, @Nullable Object> entries) {
    if (!entries.containsKey("$type")) {
      return;
    }
    if (!(entries.get("$type") instanceof String type) || type.isEmpty()) {
      throw bad("$type must be a text, and not empty");
    }
    if (type.equals("blob")
        && !(entries.get("ref") instanceof Cid
            && entries.get("mimeType") instanceof String
            && entries.get("size") instanceof Long)) {
      throw bad("a blob needs ref, mimeType and size");
    }
  }

  private static BadDataException bad(String message) {
    return new BadDataException("json", message);
  }
}
