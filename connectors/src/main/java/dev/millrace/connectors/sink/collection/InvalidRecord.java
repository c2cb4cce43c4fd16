package dev.millrace.connectors.sink.collection;

import dev.millrace.atproto.BadDataException;
import org.jspecify.annotations.Nullable;

/** The reason of a record that lacks what its own table needs: it has no row at all. */
public final class InvalidRecord {
  public static final String REASON = "invalid-record";

  private InvalidRecord() {}

  static BadDataException because(String message) {
    return new BadDataException(REASON, message);
  }

  static BadDataException because(String message, @Nullable Throwable cause) {
    return cause == null ? because(message) : new BadDataException(REASON, message, cause);
  }
}
