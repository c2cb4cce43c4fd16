package dev.millrace.connectors.sink.collection;

import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.lexicon.RecordValidator;
import org.jspecify.annotations.Nullable;

/**
 * The refusal of a record that has no row at all, though its lexicon lets it pass or was not asked:
 * a gate beside another post, text that cannot be stored. The reason is that of one that fails its
 * lexicon.
 */
final class InvalidRecord {
  private InvalidRecord() {}

  static BadDataException because(String message) {
    return new BadDataException(RecordValidator.REASON, message);
  }

  static BadDataException because(String message, @Nullable Throwable cause) {
    return cause == null
        ? because(message)
        : new BadDataException(RecordValidator.REASON, message, cause);
  }
}
