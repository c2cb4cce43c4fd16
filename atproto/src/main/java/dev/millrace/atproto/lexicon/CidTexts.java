package dev.millrace.atproto.lexicon;

import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.cid.Base32;
import dev.millrace.atproto.crypto.Base58;

/**
 * The format {@code cid}: a CID that its text is the usual one of. Version 1 in base32 ("b…"), with
 * any codec and hash, or version 0 ("Q…").
 *
 * <p>The specification lets every base pass, and refuses version 0. The AppView's base 58 reads
 * characters above U+00FF as digits, which is a mistake that is not followed here.
 */
final class CidTexts {
  private static final int SHA_256 = 0x12;

  private CidTexts() {}

  static boolean isCid(String text) {
    try {
      if (text.startsWith("b")) {
        return isVersion1(Base32.decode(withoutPadding(text), 1));
      }
      return text.startsWith("Q") && isVersion0(Base58.decode(text, 0));
    } catch (BadDataException e) {
      return false;
    }
  }

  private static String withoutPadding(String text) {
    int end = text.length();
    while (text.charAt(end - 1) == '=') {
      end--;
    }
    return text.substring(0, end);
  }

  private static boolean isVersion0(byte[] bytes) {
    Varints varints = new Varints(bytes);
    return varints.next() == SHA_256 && varints.next() == bytes.length - varints.at;
  }

  private static boolean isVersion1(byte[] bytes) {
    Varints varints = new Varints(bytes);
    boolean isVersion1 = varints.next() == 1;
    long codec = varints.next();
    long hash = varints.next();
    return isVersion1 && codec >= 0 && hash >= 0 && varints.next() == bytes.length - varints.at;
  }

  /**
   * Reads varints one after the other, of any length; -1 where there is none, and ever after. Those
   * of 2^63 and more read as the greatest number there is.
   */
  private static final class Varints {
    private final byte[] bytes;
    private int at;

    Varints(byte[] bytes) {
      this.bytes = bytes;
    }

    long next() {
      long value = 0;
      for (int shift = 0; at < bytes.length; shift += 7) {
        byte b = bytes[at++];
        long bits = b & 0x7F;
        if (bits != 0) {
          value = shift < 63 ? value | (bits << shift) : Long.MAX_VALUE;
        }
        if (b >= 0) {
          return value;
        }
      }
      return -1;
    }
  }
}
