package dev.millrace.connectors.sink.collection;

import java.util.Objects;
import org.jooq.Table;
import org.jooq.TableField;

/**
 * A counter that the AppView reads: how many rows of a collection's table name a thing.
 *
 * @param of where it is kept
 * @param count the column that holds it
 * @param by the column of the counted table that names the thing; null there counts for nothing
 */
public record Counter(CountedTable of, TableField<?, Long> count, TableField<?, String> by) {
  /** The table whose rows are counted. */
  public Table<?> counted() {
    return Objects.requireNonNull(by.getTable(), "a column without table");
  }

  boolean counts(Table<?> table) {
    return counted().equals(table);
  }
}
