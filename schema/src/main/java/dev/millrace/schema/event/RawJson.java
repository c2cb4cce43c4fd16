package dev.millrace.schema.event;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A JSON value as its UTF-8 bytes: a slice, passed through verbatim and never parsed on the way.
 *
 * <p>The array is shared, not copied: whoever made it must not change it afterwards. Equal by
 * content.
 */
public final class RawJson {
  private final byte[] array;
  private final int offset;
  private final int length;

  public RawJson(byte[] json) {
    this(json, 0, json.length);
  }

  public RawJson(byte[] array, int offset, int length) {
    if (offset < 0 || length < 1 || offset > array.length - length) {
      throw new IllegalArgumentException("JSON slice is empty or outside its array");
    }
    this.array = array;
    this.offset = offset;
    this.length = length;
  }

  public static RawJson of(String json) {
    return new RawJson(json.getBytes(StandardCharsets.UTF_8));
  }

  /** The backing array; the value is {@link #length()} bytes of it from {@link #offset()}. */
  public byte[] array() {
    return array;
  }

  public int offset() {
    return offset;
  }

  public int length() {
    return length;
  }

  public byte[] toBytes() {
    return Arrays.copyOfRange(array, offset, offset + length);
  }

  public void writeTo(OutputStream out) throws IOException {
    out.write(array, offset, length);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RawJson that
        && Arrays.equals(
            array, offset, offset + length, that.array, that.offset, that.offset + that.length);
  }

  @Override
  public int hashCode() {
    int hash = 1;
    for (int i = offset; i < offset + length; i++) {
      hash = 31 * hash + array[i];
    }
    return hash;
  }

  /** The JSON text. */
  @Override
  public String toString() {
    return new String(array, offset, length, StandardCharsets.UTF_8);
  }
}
