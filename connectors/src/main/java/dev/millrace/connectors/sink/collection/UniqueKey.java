package dev.millrace.connectors.sink.collection;

import java.util.List;
import java.util.stream.Stream;
import org.jooq.TableField;

/**
 * That a creator has one row a subject: of several records the one with the smallest URI has the
 * row, the others wait in {@code duplicate_record}. The smallest and not the first: it does not
 * depend on the order of arrival.
 *
 * @param table where the row is
 * @param others tables whose rows the record has only while it has that one
 */
public record UniqueKey(
    OwnTable table,
    List<OwnTable> others,
    TableField<?, String> creator,
    TableField<?, String> subject) {
  public UniqueKey {
    others = List.copyOf(others);
  }

  UniqueKey(OwnTable table, TableField<?, String> creator, TableField<?, String> subject) {
    this(table, List.of(), creator, subject);
  }

  /** All that only the holder has rows in. */
  List<OwnTable> tables() {
    return Stream.concat(Stream.of(table), others.stream()).toList();
  }
}
