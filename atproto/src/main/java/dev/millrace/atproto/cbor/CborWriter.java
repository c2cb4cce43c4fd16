package dev.millrace.atproto.cbor;

import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.cid.Cid;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes DAG-CBOR into a growing array, every number in its shortest form. Not thread-safe.
 *
 * <p>The caller writes as many values as it announced, and the keys of a map in their canonical
 * order, shorter first, then by bytes; {@link DagCbor#encode} does both by itself.
 */
public final class CborWriter {
  private static final byte[] LINK_TAG = {(byte) 0xD8, 42};

  private byte[] target;
  private int position;

  public CborWriter() {
    this(256);
  }

  public CborWriter(int capacity) {
    target = new byte[Math.max(16, capacity)];
  }

  public CborWriter map(int entries) {
    head(5, entries);
    return this;
  }

  public CborWriter array(int values) {
    head(4, values);
    return this;
  }

  /** Throws {@code BadDataException} "cbor" for a text with a lone surrogate. */
  public CborWriter text(String text) {
    byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
    if (encoded.length != text.length()) {
      encoded = strictUtf8(text);
    } else {
      requireNoLoneSurrogate(text);
    }
    head(3, encoded.length);
    put(encoded, 0, encoded.length);
    return this;
  }

  /** A lone surrogate is replaced by one "?", so a text of equal lengths may still hold one. */
  private static void requireNoLoneSurrogate(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) > 0x7F) {
        strictUtf8(text);
        return;
      }
    }
  }

  private static byte[] strictUtf8(String text) {
    try {
      ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
      byte[] bytes = new byte[encoded.remaining()];
      encoded.get(bytes);
      return bytes;
    } catch (CharacterCodingException e) {
      throw new BadDataException("cbor", "text with a lone surrogate", e);
    }
  }

  public CborWriter bytes(byte[] bytes) {
    return bytes(bytes, 0, bytes.length);
  }

  public CborWriter bytes(byte[] source, int offset, int length) {
    head(2, length);
    put(source, offset, length);
    return this;
  }

  public CborWriter integer(long value) {
    if (value >= 0) {
      head(0, value);
    } else {
      head(1, -1 - value);
    }
    return this;
  }

  public CborWriter bool(boolean value) {
    put((byte) (value ? 0xF5 : 0xF4));
    return this;
  }

  public CborWriter nil() {
    put((byte) 0xF6);
    return this;
  }

  public CborWriter link(Cid cid) {
    put(LINK_TAG, 0, LINK_TAG.length);
    head(2, 1 + cid.byteLength());
    put((byte) 0);
    ensure(cid.byteLength());
    position = cid.copyTo(target, position);
    return this;
  }

  /** A value that is encoded already; it is not checked. */
  public CborWriter encoded(byte[] value) {
    put(value, 0, value.length);
    return this;
  }

  public int size() {
    return position;
  }

  public byte[] toBytes() {
    return Arrays.copyOf(target, position);
  }

  private void head(int major, long argument) {
    ensure(9);
    int high = major << 5;
    if (argument < 24) {
      target[position++] = (byte) (high | argument);
      return;
    }
    int size = argument < 0x100 ? 1 : argument < 0x10000 ? 2 : argument < 0x100000000L ? 4 : 8;
    int info = 24 + Integer.numberOfTrailingZeros(size);
    target[position++] = (byte) (high | info);
    for (int shift = (size - 1) * 8; shift >= 0; shift -= 8) {
      target[position++] = (byte) (argument >>> shift);
    }
  }

  private void put(byte value) {
    ensure(1);
    target[position++] = value;
  }

  private void put(byte[] source, int offset, int length) {
    ensure(length);
    System.arraycopy(source, offset, target, position, length);
    position += length;
  }

  private void ensure(int more) {
    if (target.length - position < more) {
      int wanted = Math.addExact(position, more);
      target =
          Arrays.copyOf(target, (int) Math.min(Math.max(wanted * 2L, 64), Integer.MAX_VALUE - 8));
    }
  }
}
