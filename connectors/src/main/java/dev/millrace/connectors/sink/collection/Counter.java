package dev.millrace.connectors.sink.collection;

import static dev.millrace.schema.jooq.Tables.POST;
import static dev.millrace.schema.jooq.Tables.POST_AGG;

import java.util.Objects;
import java.util.stream.Stream;
import org.jooq.Condition;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.TableField;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/**
 * A counter that the AppView reads: how many rows of a collection's table name a thing.
 *
 * @param of where it is kept
 * @param count the column that holds it
 * @param by the column of the counted table that names the thing; null there counts for nothing
 * @param unless a column of the counted table, derived later: rows where it is true do not count
 */
public record Counter(
    CountedTable of,
    TableField<?, Long> count,
    TableField<?, String> by,
    @Nullable TableField<?, Boolean> unless) {
  /** Replies that no gate forbids. */
  public static final Counter REPLIES =
      new Counter(
          CountedTable.POSTS, POST_AGG.REPLYCOUNT, POST.REPLYPARENT, POST.VIOLATESTHREADGATE);

  Counter(CountedTable of, TableField<?, Long> count, TableField<?, String> by) {
    this(of, count, by, null);
  }

  /** The table whose rows are counted. */
  public Table<?> counted() {
    return Objects.requireNonNull(by.getTable(), "a column without table");
  }

  /** Which of its rows count. */
  public Condition which() {
    return unless == null ? DSL.noCondition() : unless.isDistinctFrom(true);
  }

  /** What must be known of a row to count it. */
  Stream<TableField<?, ?>> columns() {
    return unless == null ? Stream.of(by) : Stream.of(by, unless);
  }

  boolean counts(Table<?> table) {
    return counted().equals(table);
  }

  boolean counted(Record row) {
    return unless == null || !Boolean.TRUE.equals(row.get(unless));
  }
}
