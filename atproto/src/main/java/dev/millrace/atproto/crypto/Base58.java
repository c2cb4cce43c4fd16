package dev.millrace.atproto.crypto;

import dev.millrace.atproto.BadDataException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The Bitcoin alphabet's base 58, for short values (keys): its cost grows with the square. */
public final class Base58 {
  private static final String ALPHABET =
      "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
  private static final int MAX_CHARS = 256;
  private static final byte[] VALUES = values();

  private Base58() {}

  static String encode(byte[] bytes) {
    int zeros = 0;
    while (zeros < bytes.length && bytes[zeros] == 0) {
      zeros++;
    }
    byte[] number = bytes.clone();
    byte[] out = new byte[bytes.length * 2];
    int at = out.length;
    for (int start = zeros; start < number.length; ) {
      out[--at] = (byte) ALPHABET.charAt(divide(number, start, 256, 58));
      while (start < number.length && number[start] == 0) {
        start++;
      }
    }
    return "1".repeat(zeros) + new String(out, at, out.length - at, StandardCharsets.US_ASCII);
  }

  /**
   * The bytes of {@code text} from {@code offset} on.
   *
   * @throws BadDataException reason {@code key}: empty, too long, or a character outside the
   *     alphabet
   */
  public static byte[] decode(String text, int offset) {
    int length = text.length() - offset;
    if (length <= 0 || length > MAX_CHARS) {
      throw new BadDataException("key", "base58 text of " + length + " characters");
    }
    byte[] digits = new byte[length];
    for (int i = 0; i < length; i++) {
      char c = text.charAt(offset + i);
      byte value = c < VALUES.length ? VALUES[c] : -1;
      if (value < 0) {
        throw new BadDataException("key", "not a base58 character at " + (offset + i));
      }
      digits[i] = value;
    }
    int zeros = 0;
    while (zeros < length && digits[zeros] == 0) {
      zeros++;
    }
    byte[] out = new byte[length];
    int at = length;
    for (int start = zeros; start < length; ) {
      out[--at] = (byte) divide(digits, start, 58, 256);
      while (start < length && digits[start] == 0) {
        start++;
      }
    }
    return Arrays.copyOfRange(out, at - zeros, length);
  }

  /** Divides the number in place, most significant digit first, and returns the remainder. */
  private static int divide(byte[] number, int start, int base, int divisor) {
    int remainder = 0;
    for (int i = start; i < number.length; i++) {
      int digit = remainder * base + (number[i] & 0xff);
      number[i] = (byte) (digit / divisor);
      remainder = digit % divisor;
    }
    return remainder;
  }

  private static byte[] values() {
    byte[] values = new byte[128];
    Arrays.fill(values, (byte) -1);
    for (int i = 0; i < ALPHABET.length(); i++) {
      values[ALPHABET.charAt(i)] = (byte) i;
    }
    return values;
  }
}
