package dev.millrace.atproto.cbor;

import dev.millrace.atproto.cid.Cid;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Turns DAG-CBOR into JSON in UTF-8, straight from bytes to bytes: the way of every record. Links
 * become {@code {"$link": text}}, bytes {@code {"$bytes": base64 without padding}}; keys keep the
 * order of the encoding; NUL becomes {@code \u0000}, which is legal JSON.
 *
 * <p>As strict as {@link CborReader}. The output is at most six times as long as the input, plus
 * what links and bytes add. Not thread-safe: an instance keeps its output buffer for the next
 * value.
 *
 * @see <a href="https://atproto.com/specs/data-model">data model</a>
 */
public final class CborToJson {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGH_BITS = 0x8080808080808080L;
  private static final byte[] HEX = ascii("0123456789abcdef");
  private static final byte[] BASE64 =
      ascii("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
  private static final byte[] LINK_OPEN = ascii("{\"$link\":\"");
  private static final byte[] BYTES_OPEN = ascii("{\"$bytes\":\"");
  private static final byte[] TRUE = ascii("true");
  private static final byte[] FALSE = ascii("false");
  private static final byte[] NULL = ascii("null");

  /** For each ASCII character: 0 if it stands for itself, 'u', or the letter after a backslash. */
  private static final byte[] ESCAPES = new byte[128];

  static {
    Arrays.fill(ESCAPES, 0, 0x20, (byte) 'u');
    ESCAPES['\b'] = 'b';
    ESCAPES['\t'] = 't';
    ESCAPES['\n'] = 'n';
    ESCAPES['\f'] = 'f';
    ESCAPES['\r'] = 'r';
    ESCAPES['"'] = '"';
    ESCAPES['\\'] = '\\';
  }

  /** Buffers above this are not kept for the next value. */
  private static final int KEPT_CAPACITY = 1 << 20;

  private byte[] target = new byte[4096];
  private int position;

  /** The JSON of the one value that fills the array. */
  public byte[] convert(byte[] source) {
    return convert(source, 0, source.length);
  }

  /** The JSON of the one value that fills the range. */
  public byte[] convert(byte[] source, int offset, int length) {
    position = 0;
    CborReader reader = new CborReader(source, offset, length);
    write(reader, source);
    reader.requireEnd();
    byte[] json = Arrays.copyOf(target, position);
    if (target.length > KEPT_CAPACITY) {
      target = new byte[4096];
    }
    return json;
  }

  private void write(CborReader reader, byte[] source) {
    switch (reader.peek()) {
      case TEXT -> {
        int length = reader.skipUncheckedText();
        writeText(source, reader.payloadStart(), length);
      }
      case MAP -> writeMap(reader, source);
      case ARRAY -> writeArray(reader, source);
      case LINK -> {
        int length = reader.skipLink();
        put(LINK_OPEN);
        ensure(Cid.textLength(length) + 2);
        position = Cid.writeText(source, reader.payloadStart(), length, target, position);
        target[position++] = '"';
        target[position++] = '}';
      }
      case BYTES -> {
        int length = reader.skipBytes();
        put(BYTES_OPEN);
        writeBase64(source, reader.payloadStart(), length);
        ensure(2);
        target[position++] = '"';
        target[position++] = '}';
      }
      case INTEGER -> writeInteger(reader.readInteger());
      case BOOLEAN -> put(reader.readBoolean() ? TRUE : FALSE);
      case NULL -> {
        reader.readNull();
        put(NULL);
      }
    }
  }

  private void writeMap(CborReader reader, byte[] source) {
    int count = reader.beginMap();
    put((byte) '{');
    for (int i = 0; i < count; i++) {
      if (i > 0) {
        put((byte) ',');
      }
      int length = reader.skipUncheckedKey();
      writeText(source, reader.payloadStart(), length);
      put((byte) ':');
      write(reader, source);
    }
    reader.end();
    put((byte) '}');
  }

  private void writeArray(CborReader reader, byte[] source) {
    int count = reader.beginArray();
    put((byte) '[');
    for (int i = 0; i < count; i++) {
      if (i > 0) {
        put((byte) ',');
      }
      write(reader, source);
    }
    reader.end();
    put((byte) ']');
  }

  /** Checks that the text is UTF-8 while it copies it. */
  private void writeText(byte[] source, int offset, int length) {
    ensure(length + 2);
    byte[] out = target;
    int at = position;
    out[at++] = '"';
    int end = offset + length;
    int i = offset;
    while (i < end) {
      while (i + 8 <= end) {
        long word = (long) LONGS.get(source, i);
        if (!isPlain(word)) {
          break;
        }
        LONGS.set(out, at, word);
        i += 8;
        at += 8;
      }
      // At least one character by itself, at most up to where eight may be tried again.
      int pause = Math.min(end, i + 8);
      while (i < pause) {
        byte b = source[i];
        if (b < 0) {
          int sequence = Utf8.sequenceLength(source, i, end);
          for (int k = 0; k < sequence; k++) {
            out[at++] = source[i++];
          }
        } else if (ESCAPES[b] == 0) {
          out[at++] = b;
          i++;
        } else {
          position = at;
          ensure(end - i + 7);
          out = target;
          at = writeEscape(b, out, at);
          i++;
        }
      }
    }
    out[at++] = '"';
    position = at;
  }

  /** Whether all eight bytes are ASCII that stands for itself in JSON. */
  private static boolean isPlain(long word) {
    long quote = word ^ (ONES * '"');
    long backslash = word ^ (ONES * '\\');
    long special =
        (word - ONES * 0x20) | ((quote - ONES) & ~quote) | ((backslash - ONES) & ~backslash) | word;
    return (special & HIGH_BITS) == 0;
  }

  private static int writeEscape(byte b, byte[] out, int at) {
    out[at++] = '\\';
    out[at++] = ESCAPES[b];
    if (ESCAPES[b] == 'u') {
      out[at++] = '0';
      out[at++] = '0';
      out[at++] = HEX[b >>> 4];
      out[at++] = HEX[b & 15];
    }
    return at;
  }

  private void writeBase64(byte[] source, int offset, int length) {
    ensure((int) Math.min((length * 4L + 2) / 3, Integer.MAX_VALUE));
    int end = offset + length;
    int i = offset;
    for (; i + 3 <= end; i += 3) {
      int bits =
          ((source[i] & 0xFF) << 16) | ((source[i + 1] & 0xFF) << 8) | (source[i + 2] & 0xFF);
      target[position++] = BASE64[bits >>> 18];
      target[position++] = BASE64[(bits >>> 12) & 63];
      target[position++] = BASE64[(bits >>> 6) & 63];
      target[position++] = BASE64[bits & 63];
    }
    if (end - i == 1) {
      int bits = source[i] & 0xFF;
      target[position++] = BASE64[bits >>> 2];
      target[position++] = BASE64[(bits << 4) & 63];
    } else if (end - i == 2) {
      int bits = ((source[i] & 0xFF) << 8) | (source[i + 1] & 0xFF);
      target[position++] = BASE64[bits >>> 10];
      target[position++] = BASE64[(bits >>> 4) & 63];
      target[position++] = BASE64[(bits << 2) & 63];
    }
  }

  private void writeInteger(long value) {
    if (value >= 0 && value < 10) {
      put((byte) ('0' + value));
    } else {
      put(ascii(Long.toString(value)));
    }
  }

  private void put(byte value) {
    ensure(1);
    target[position++] = value;
  }

  private void put(byte[] text) {
    ensure(text.length);
    System.arraycopy(text, 0, target, position, text.length);
    position += text.length;
  }

  /** Room for this many bytes; long texts ask once, so growing is rare. */
  private void ensure(int more) {
    if (target.length - position < more) {
      long doubled = 2L * Math.addExact(position, more);
      target = Arrays.copyOf(target, (int) Math.min(doubled, Integer.MAX_VALUE - 8));
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
