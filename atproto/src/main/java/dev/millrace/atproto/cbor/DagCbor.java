package dev.millrace.atproto.cbor;

import dev.millrace.atproto.cid.Cid;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * DAG-CBOR as a tree of plain objects: {@code Map<String, Object>}, {@code List<Object>}, {@code
 * String}, {@code Long}, {@code Boolean}, {@code byte[]}, {@link Cid} and null.
 *
 * <p>For small or irregular data; records on their way through are written as JSON by {@link
 * CborToJson} without a tree.
 */
public final class DagCbor {
  /** Canonical order of map keys: shorter encodings first, then by bytes. */
  private static final Comparator<byte[]> KEY_ORDER =
      Comparator.<byte[]>comparingInt(key -> key.length).thenComparing(Arrays::compareUnsigned);

  private DagCbor() {}

  /** Decodes the one value that fills the array; maps keep the order of the bytes. */
  public static @Nullable Object decode(byte[] source) {
    CborReader reader = new CborReader(source);
    Object value = read(reader);
    reader.requireEnd();
    return value;
  }

  /** Decodes the next value of the reader. */
  public static @Nullable Object read(CborReader reader) {
    return switch (reader.peek()) {
      case INTEGER -> reader.readInteger();
      case BYTES -> reader.readBytes();
      case TEXT -> reader.readText();
      case LINK -> reader.readLink();
      case BOOLEAN -> reader.readBoolean();
      case NULL -> {
        reader.readNull();
        yield null;
      }
      case ARRAY -> readArray(reader);
      case MAP -> readMap(reader);
    };
  }

  private static List<@Nullable Object> readArray(CborReader reader) {
    int count = reader.beginArray();
    List<@Nullable Object> values = new ArrayList<>(Math.min(count, 64));
    for (int i = 0; i < count; i++) {
      values.add(read(reader));
    }
    reader.end();
    return values;
  }

  private static Map<String, @Nullable Object> readMap(CborReader reader) {
    int count = reader.beginMap();
    Map<String, @Nullable Object> entries = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      entries.put(reader.readKey(), read(reader));
    }
    reader.end();
    return entries;
  }

  /**
   * Encodes a tree as described above; {@code Integer} is taken as {@code Long}.
   *
   * @throws IllegalArgumentException for any other class
   */
  public static byte[] encode(@Nullable Object value) {
    CborWriter writer = new CborWriter();
    write(writer, value);
    return writer.toBytes();
  }

  /** Encodes a tree as the writer's next value. */
  public static void write(CborWriter writer, @Nullable Object value) {
    switch (value) {
      case null -> writer.nil();
      case String text -> writer.text(text);
      case Long number -> writer.integer(number);
      case Integer number -> writer.integer(number);
      case Boolean flag -> writer.bool(flag);
      case byte[] bytes -> writer.bytes(bytes);
      case Cid cid -> writer.link(cid);
      case List<?> list -> {
        writer.array(list.size());
        list.forEach(element -> write(writer, element));
      }
      case Map<?, ?> map -> writeMap(writer, map);
      default -> throw new IllegalArgumentException("not of the data model: " + value.getClass());
    }
  }

  private static void writeMap(CborWriter writer, Map<?, ?> map) {
    Map<byte[], Map.Entry<?, ?>> sorted = new TreeMap<>(KEY_ORDER);
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      if (!(entry.getKey() instanceof String key)) {
        throw new IllegalArgumentException("a map key must be a String: " + entry.getKey());
      }
      sorted.put(key.getBytes(StandardCharsets.UTF_8), entry);
    }
    writer.map(map.size());
    for (Map.Entry<?, ?> entry : sorted.values()) {
      writer.text((String) entry.getKey());
      write(writer, entry.getValue());
    }
  }
}
