package dev.millrace.atproto.cbor;

import dev.millrace.atproto.BadDataException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Strict UTF-8: no overlong forms, no surrogates, nothing above U+10FFFF. */
final class Utf8 {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long HIGH_BITS = 0x8080808080808080L;

  private Utf8() {}

  /** Throws unless the range is UTF-8. */
  static void validate(byte[] source, int offset, int length) {
    int end = offset + length;
    int i = offset;
    while (i < end) {
      while (i + 8 <= end && ((long) LONGS.get(source, i) & HIGH_BITS) == 0) {
        i += 8;
      }
      while (i < end && source[i] >= 0) {
        i++;
      }
      while (i < end && source[i] < 0) {
        i += sequenceLength(source, i, end);
      }
    }
  }

  /** The length of the sequence that starts here with a byte above 0x7F; throws unless legal. */
  static int sequenceLength(byte[] source, int i, int end) {
    int lead = source[i] & 0xFF;
    int length;
    int low = 0x80;
    int high = 0xBF;
    if (lead >= 0xC2 && lead <= 0xDF) {
      length = 2;
    } else if (lead >= 0xE0 && lead <= 0xEF) {
      length = 3;
      low = lead == 0xE0 ? 0xA0 : 0x80;
      high = lead == 0xED ? 0x9F : 0xBF;
    } else if (lead >= 0xF0 && lead <= 0xF4) {
      length = 4;
      low = lead == 0xF0 ? 0x90 : 0x80;
      high = lead == 0xF4 ? 0x8F : 0xBF;
    } else {
      throw invalid();
    }
    if (end - i < length) {
      throw invalid();
    }
    int second = source[i + 1] & 0xFF;
    if (second < low || second > high) {
      throw invalid();
    }
    for (int k = i + 2; k < i + length; k++) {
      if ((source[k] & 0xC0) != 0x80) {
        throw invalid();
      }
    }
    return length;
  }

  private static BadDataException invalid() {
    return new BadDataException("cbor", "text is not UTF-8");
  }
}
