package dev.millrace.connectors.sink.collection;

import org.jspecify.annotations.Nullable;

/** One row of an {@link OwnTable}, its values in the order of the table's columns. */
public final class OwnRow {
  /**
   * Stands for the record's indexedAt, which is known only when the whole batch is worked out: an
   * older copy of the same record may still lower it.
   */
  public static final Object INDEXED_AT =
      new Object() {
        @Override
        public String toString() {
          return "indexedAt";
        }
      };

  /** Stands for the earlier of a time of the record's own and its indexedAt. */
  private record EarlierOf(String time) {
    String and(String indexedAt) {
      return time.compareTo(indexedAt) < 0 ? time : indexedAt;
    }
  }

  private final OwnTable table;
  private final @Nullable Object[] values;

  OwnRow(OwnTable table, @Nullable Object[] values) {
    if (values.length != table.columns().size()) {
      throw new IllegalArgumentException(
          "%d values for %d columns of %s"
              .formatted(values.length, table.columns().size(), table.table()));
    }
    this.table = table;
    this.values = values.clone();
  }

  /** A value that becomes this time or the record's indexedAt, whichever is earlier. */
  public static Object earlierOfIndexedAtAnd(String time) {
    return new EarlierOf(time);
  }

  OwnTable table() {
    return table;
  }

  /** A text that is never null, as a part of a key. */
  String text(int column) {
    if (values[column] instanceof String text) {
      return text;
    }
    throw new IllegalStateException("no text in column %d of %s".formatted(column, table.table()));
  }

  /** A text that may be null. */
  @Nullable String textOrNull(int column) {
    return values[column] instanceof String text ? text : null;
  }

  /** The values as they are written. */
  @Nullable Object[] written(String indexedAt) {
    @Nullable Object[] written = values.clone();
    for (int i = 0; i < written.length; i++) {
      if (INDEXED_AT.equals(written[i])) {
        written[i] = indexedAt;
      } else if (written[i] instanceof EarlierOf earlier) {
        written[i] = earlier.and(indexedAt);
      }
    }
    return written;
  }
}
