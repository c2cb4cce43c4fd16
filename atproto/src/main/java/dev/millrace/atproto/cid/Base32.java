package dev.millrace.atproto.cid;

import dev.millrace.atproto.BadDataException;
import java.nio.charset.StandardCharsets;

/** RFC 4648 base32 in lower case without padding, the multibase "b" of CIDs. */
public final class Base32 {
  private static final byte[] ALPHABET =
      "abcdefghijklmnopqrstuvwxyz234567".getBytes(StandardCharsets.US_ASCII);

  private Base32() {}

  static int encodedLength(int bytes) {
    return (bytes * 8 + 4) / 5;
  }

  /** Writes {@code encodedLength(length)} characters and returns the position after them. */
  static int encode(byte[] source, int offset, int length, byte[] target, int position) {
    int end = offset + length;
    int i = offset;
    for (; i + 5 <= end; i += 5) {
      long bits =
          ((source[i] & 0xFFL) << 32)
              | ((source[i + 1] & 0xFFL) << 24)
              | ((source[i + 2] & 0xFFL) << 16)
              | ((source[i + 3] & 0xFFL) << 8)
              | (source[i + 4] & 0xFFL);
      for (int shift = 35; shift >= 0; shift -= 5) {
        target[position++] = ALPHABET[(int) (bits >>> shift) & 31];
      }
    }
    int pending = 0;
    int pendingBits = 0;
    for (; i < end; i++) {
      pending = (pending << 8) | (source[i] & 0xFF);
      pendingBits += 8;
      while (pendingBits >= 5) {
        pendingBits -= 5;
        target[position++] = ALPHABET[(pending >>> pendingBits) & 31];
      }
    }
    if (pendingBits > 0) {
      target[position++] = ALPHABET[(pending << (5 - pendingBits)) & 31];
    }
    return position;
  }

  /**
   * The bytes of {@code text} from {@code start} on.
   *
   * @throws BadDataException reason {@code cid}: other letters, a length no byte string has, or
   *     leftover bits that are not zero
   */
  public static byte[] decode(String text, int start) {
    int length = text.length() - start;
    byte[] bytes = new byte[length * 5 / 8];
    int pending = 0;
    int pendingBits = 0;
    int position = 0;
    for (int i = start; i < text.length(); i++) {
      pending = ((pending << 5) | digit(text.charAt(i))) & 0xFFFF;
      pendingBits += 5;
      if (pendingBits >= 8) {
        pendingBits -= 8;
        bytes[position++] = (byte) (pending >>> pendingBits);
      }
    }
    if (pendingBits >= 5 || (pending & ((1 << pendingBits) - 1)) != 0) {
      throw new BadDataException("cid", "base32 with leftover bits");
    }
    return bytes;
  }

  private static int digit(char c) {
    if (c >= 'a' && c <= 'z') {
      return c - 'a';
    }
    if (c >= '2' && c <= '7') {
      return c - '2' + 26;
    }
    throw new BadDataException("cid", "not a base32 character: " + (int) c);
  }
}
