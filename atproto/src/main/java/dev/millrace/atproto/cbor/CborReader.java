package dev.millrace.atproto.cbor;

import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.cid.Cid;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A strict cursor over DAG-CBOR in a byte range. Not thread-safe; the array must not change.
 *
 * <pre>
 * value = integer | bytes | text | array | map | link | true | false | null
 * map   = keys are text, shorter first, then by bytes; none twice
 * link  = tag 42, bytes: 0x00 cid
 * </pre>
 *
 * <p>Refused as {@code BadDataException} "cbor": indefinite lengths, numbers not in their shortest
 * form, integers beyond 64 bits signed, floats, other tags, simple values and undefined, text that
 * is not UTF-8, lengths beyond the range, more than {@link #MAX_DEPTH} containers in each other.
 * Nothing is allocated by a length before it is known to fit the range.
 *
 * <p>A container is read as {@code int n = beginMap(); for n: readKey(), a value; end()}.
 *
 * @see <a href="https://ipld.io/specs/codecs/dag-cbor/spec/">DAG-CBOR</a>
 */
public final class CborReader {
  /** How many arrays and maps may lie in each other. */
  public static final int MAX_DEPTH = 128;

  private static final int UNSIGNED = 0;
  private static final int NEGATIVE = 1;
  private static final int BYTES = 2;
  private static final int TEXT = 3;
  private static final int ARRAY = 4;
  private static final int MAP = 5;
  private static final int LINK_TAG = 0xD8;
  private static final int LINK_TAG_NUMBER = 42;
  private static final int FALSE = 0xF4;
  private static final int TRUE = 0xF5;
  private static final int NULL = 0xF6;
  private static final int NO_KEY = -1;
  private static final String[] SHORT_KEYS = new String[128];

  static {
    for (char c = 0; c < SHORT_KEYS.length; c++) {
      SHORT_KEYS[c] = String.valueOf(c);
    }
  }

  private final byte[] source;
  private final int end;
  private int position;
  private int depth;

  /** By depth: where the last key starts and its length, and how many keys are still to come. */
  private int[] keyStart = new int[8];

  private int[] keyLength = new int[8];
  private int[] keysLeft = new int[8];

  /** Where the payload of the last text or byte string starts. */
  private int payloadStart;

  public CborReader(byte[] source) {
    this(source, 0, source.length);
  }

  public CborReader(byte[] source, int offset, int length) {
    if (offset < 0 || length < 0 || offset > source.length - length) {
      throw new IndexOutOfBoundsException("range " + offset + "+" + length);
    }
    this.source = source;
    this.position = offset;
    this.end = offset + length;
  }

  /** The index in the array of the next byte. */
  public int position() {
    return position;
  }

  /** A copy of what was read between two {@link #position}s. */
  public byte[] copy(int from, int to) {
    return Arrays.copyOfRange(source, from, to);
  }

  public int remaining() {
    return end - position;
  }

  /** Throws unless the whole range was read. */
  public void requireEnd() {
    if (position != end) {
      throw bad((end - position) + " bytes follow the value");
    }
  }

  /** The type of the next value, which stays unread. */
  public CborType peek() {
    int initial = initialByte();
    return switch (initial >>> 5) {
      case UNSIGNED, NEGATIVE -> CborType.INTEGER;
      case BYTES -> CborType.BYTES;
      case TEXT -> CborType.TEXT;
      case ARRAY -> CborType.ARRAY;
      case MAP -> CborType.MAP;
      case 6 -> {
        requireLinkTag(initial);
        yield CborType.LINK;
      }
      default ->
          switch (initial) {
            case FALSE, TRUE -> CborType.BOOLEAN;
            case NULL -> CborType.NULL;
            default -> throw bad("a float, undefined or simple value");
          };
    };
  }

  public long readInteger() {
    int major = initialByte() >>> 5;
    if (major != UNSIGNED && major != NEGATIVE) {
      throw unexpected("an integer");
    }
    long argument = readArgument();
    if (argument < 0) {
      throw bad("an integer beyond 64 bits signed");
    }
    return major == UNSIGNED ? argument : -1 - argument;
  }

  public boolean readBoolean() {
    int initial = initialByte();
    if (initial != FALSE && initial != TRUE) {
      throw unexpected("a boolean");
    }
    position++;
    return initial == TRUE;
  }

  public void readNull() {
    if (!tryNull()) {
      throw unexpected("null");
    }
  }

  /** Reads null if it is next. */
  public boolean tryNull() {
    if (initialByte() != NULL) {
      return false;
    }
    position++;
    return true;
  }

  public String readText() {
    int length = skipText();
    return new String(source, payloadStart, length, StandardCharsets.UTF_8);
  }

  /** Reads past a text and returns its length in bytes; it starts at {@link #payloadStart}. */
  public int skipText() {
    int length = skipUncheckedText();
    Utf8.validate(source, payloadStart, length);
    return length;
  }

  /** {@link #skipText} for a caller that checks the UTF-8 itself. */
  int skipUncheckedText() {
    return readLength(TEXT, "text");
  }

  public byte[] readBytes() {
    int length = skipBytes();
    return Arrays.copyOfRange(source, payloadStart, payloadStart + length);
  }

  /** Reads past a byte string and returns its length; it starts at {@link #payloadStart}. */
  public int skipBytes() {
    return readLength(BYTES, "bytes");
  }

  public Cid readLink() {
    int length = skipLink();
    return Cid.read(source, payloadStart, length);
  }

  /** Reads past a link and returns the CID's length; it starts at {@link #payloadStart}. */
  public int skipLink() {
    int initial = initialByte();
    if (initial >>> 5 != 6) {
      throw unexpected("a link");
    }
    requireLinkTag(initial);
    position += 2;
    int length = readLength(BYTES, "a link's bytes");
    if (length == 0 || source[payloadStart] != 0) {
      throw bad("a link without its 0 prefix");
    }
    payloadStart++;
    Cid.validate(source, payloadStart, length - 1);
    return length - 1;
  }

  /** The index in the array of the text, bytes, key or CID that was read last. */
  public int payloadStart() {
    return payloadStart;
  }

  /** Enters an array and returns the number of its values; {@link #end} leaves it. */
  public int beginArray() {
    int count = readCount(ARRAY, "an array", 1);
    push(0);
    return count;
  }

  /** Enters a map and returns the number of its entries; {@link #end} leaves it. */
  public int beginMap() {
    int count = readCount(MAP, "a map", 2);
    push(count);
    return count;
  }

  /** The next key of the map; throws unless it sorts after the one before. */
  public String readKey() {
    int length = skipKey();
    return length == 1
        ? SHORT_KEYS[source[payloadStart]]
        : new String(source, payloadStart, length, StandardCharsets.UTF_8);
  }

  /** Reads past the next key and returns its length; it starts at {@link #payloadStart}. */
  public int skipKey() {
    int length = skipUncheckedKey();
    Utf8.validate(source, payloadStart, length);
    return length;
  }

  /** {@link #skipKey} for a caller that checks the UTF-8 itself. */
  int skipUncheckedKey() {
    if (depth == 0 || keysLeft[depth - 1] == 0) {
      throw new IllegalStateException("no key is left in this map");
    }
    int length = skipUncheckedText();
    int frame = depth - 1;
    keysLeft[frame]--;
    if (keyStart[frame] != NO_KEY && compareToLastKey(frame, length) <= 0) {
      throw bad("map keys are not in order, or one is there twice");
    }
    keyStart[frame] = payloadStart;
    keyLength[frame] = length;
    return length;
  }

  private int compareToLastKey(int frame, int length) {
    if (length != keyLength[frame]) {
      return Integer.compare(length, keyLength[frame]);
    }
    return Arrays.compareUnsigned(
        source,
        payloadStart,
        payloadStart + length,
        source,
        keyStart[frame],
        keyStart[frame] + length);
  }

  /** Leaves the array or map that was entered last. */
  public void end() {
    if (depth == 0 || keysLeft[depth - 1] != 0) {
      throw new IllegalStateException("nothing to leave here");
    }
    depth--;
  }

  /** Reads past any value, checking it as thoroughly as if it were read. */
  public void skip() {
    switch (peek()) {
      case INTEGER -> readInteger();
      case BYTES -> skipBytes();
      case TEXT -> skipText();
      case LINK -> skipLink();
      case BOOLEAN, NULL -> position++;
      case ARRAY -> {
        for (int left = beginArray(); left > 0; left--) {
          skip();
        }
        end();
      }
      case MAP -> {
        for (int left = beginMap(); left > 0; left--) {
          skipKey();
          skip();
        }
        end();
      }
    }
  }

  /** The encoded bytes of the next value, checked. */
  public byte[] readEncoded() {
    int start = position;
    skip();
    return copy(start, position);
  }

  private void push(int keys) {
    if (depth == MAX_DEPTH) {
      throw bad("more than " + MAX_DEPTH + " containers in each other");
    }
    if (depth == keyStart.length) {
      keyStart = Arrays.copyOf(keyStart, depth * 2);
      keyLength = Arrays.copyOf(keyLength, depth * 2);
      keysLeft = Arrays.copyOf(keysLeft, depth * 2);
    }
    keyStart[depth] = NO_KEY;
    keysLeft[depth] = keys;
    depth++;
  }

  private int readCount(int major, String what, int bytesEach) {
    if (initialByte() >>> 5 != major) {
      throw unexpected(what);
    }
    long count = readArgument();
    if (count < 0 || count > remaining() / bytesEach) {
      throw bad(what + " has more entries than bytes follow");
    }
    return (int) count;
  }

  private int readLength(int major, String what) {
    if (initialByte() >>> 5 != major) {
      throw unexpected(what);
    }
    long length = readArgument();
    if (length < 0 || length > remaining()) {
      throw bad("a length beyond the input");
    }
    payloadStart = position;
    position += (int) length;
    return (int) length;
  }

  /** The number that belongs to the initial byte; above 2^63 - 1 it is negative. */
  private long readArgument() {
    int info = source[position++] & 0x1F;
    if (info < 24) {
      return info;
    }
    int size =
        switch (info) {
          case 24 -> 1;
          case 25 -> 2;
          case 26 -> 4;
          case 27 -> 8;
          case 31 -> throw bad("an indefinite length");
          default -> throw bad("a reserved initial byte");
        };
    if (remaining() < size) {
      throw bad("the input ends within a number");
    }
    long value = 0;
    for (int i = 0; i < size; i++) {
      value = (value << 8) | (source[position++] & 0xFF);
    }
    long least = size == 1 ? 24 : 1L << (size * 4);
    if (Long.compareUnsigned(value, least) < 0) {
      throw bad("a number that is not in its shortest form");
    }
    return value;
  }

  private void requireLinkTag(int initial) {
    if (initial != LINK_TAG
        || remaining() < 2
        || (source[position + 1] & 0xFF) != LINK_TAG_NUMBER) {
      throw bad("a tag other than 42");
    }
  }

  private int initialByte() {
    if (position >= end) {
      throw bad("the input ends within a value");
    }
    return source[position] & 0xFF;
  }

  private BadDataException unexpected(String wanted) {
    return bad("expected " + wanted + ", found " + peek());
  }

  private static BadDataException bad(String message) {
    return new BadDataException("cbor", message);
  }
}
