package dev.millrace.atproto.stream;

import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.cbor.CborReader;
import org.jspecify.annotations.Nullable;

/** Fields of a message that may be null, or must not be missing. */
final class Fields {
  private Fields() {}

  static <T> T required(String name, @Nullable T value) {
    if (value == null) {
      throw new BadDataException("frame", "the field " + name + " is missing");
    }
    return value;
  }

  /** A sequence number, which is never negative. */
  static long sequence(CborReader reader) {
    long seq = reader.readInteger();
    if (seq < 0) {
      throw new BadDataException("frame", "a negative seq: " + seq);
    }
    return seq;
  }

  static @Nullable String optionalText(CborReader reader) {
    return reader.tryNull() ? null : reader.readText();
  }

  static @Nullable Long optionalInteger(CborReader reader) {
    return reader.tryNull() ? null : (Long) reader.readInteger();
  }

  static boolean optionalBoolean(CborReader reader) {
    return !reader.tryNull() && reader.readBoolean();
  }

  static byte @Nullable [] optionalBytes(CborReader reader) {
    return reader.tryNull() ? null : reader.readBytes();
  }
}
