package dev.millrace.connectors.sink.collection;

import dev.millrace.connectors.sink.queue.Derivations;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the sink knows of one collection: which rows a record of it has besides {@code record}. */
public interface Collection {
  String nsid();

  /** Every table that {@link #rows} writes. */
  List<OwnTable> tables();

  /**
   * The rows of one record; none if it has none (a profile that is not {@code self}).
   *
   * @throws dev.millrace.atproto.BadDataException with {@link
   *     dev.millrace.atproto.lexicon.RecordValidator#REASON} if the record cannot have its rows
   */
  List<OwnRow> rows(RecordSource record);

  /** The key under which it may have only one row, if there is one. */
  default @Nullable UniqueKey uniqueKey() {
    return null;
  }

  /** The counters that count rows of its tables. */
  default List<Counter> counters() {
    return List.of();
  }

  /**
   * Whether other columns than {@link OwnTable#indexedAt()} may hold indexedAt, so that a row is
   * made anew when it moves.
   */
  default boolean isMadeOfIndexedAt() {
    return false;
  }

  /** What depends on this record, which came, went or is another one now. */
  default void recordChanged(String uri, Derivations derivations) {}

  /** What depends on there being a row of this key, which may have come or gone. */
  default void keyChanged(String creator, String subject, Derivations derivations) {}
}
