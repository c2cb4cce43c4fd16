package dev.millrace.connectors.sink.collection;

import static dev.millrace.schema.jooq.Tables.POST_AGG;
import static dev.millrace.schema.jooq.Tables.PROFILE_AGG;
import static org.jooq.impl.DSL.any;

import java.util.Collection;
import java.util.List;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Table;
import org.jooq.TableField;

/**
 * A table of counters. A row is there as long as one of its counts is not zero, so that nothing is
 * left of what is gone, and how it came to be does not show.
 *
 * @param key whose they are
 * @param counts the columns that Millrace keeps
 */
public record CountedTable(
    Table<?> table, TableField<?, String> key, List<TableField<?, Long>> counts) {
  public static final CountedTable POSTS =
      new CountedTable(
          POST_AGG,
          POST_AGG.URI,
          List.of(
              POST_AGG.LIKECOUNT, POST_AGG.REPLYCOUNT, POST_AGG.REPOSTCOUNT, POST_AGG.QUOTECOUNT));
  public static final CountedTable ACTORS =
      new CountedTable(
          PROFILE_AGG,
          PROFILE_AGG.DID,
          List.of(PROFILE_AGG.FOLLOWERSCOUNT, PROFILE_AGG.FOLLOWSCOUNT, PROFILE_AGG.POSTSCOUNT));

  public CountedTable {
    counts = List.copyOf(counts);
  }

  /** Deletes those of these rows that count nothing, the AppView's own counts among them. */
  public void deleteZeros(DSLContext sql, Collection<String> keys) {
    Condition isZero = key.eq(any(keys.toArray(String[]::new)));
    for (Field<?> field : table.fields()) {
      if (!field.equals(key)) {
        isZero = isZero.and(field.cast(Long.class).eq(0L));
      }
    }
    sql.deleteFrom(table).where(isZero).execute();
  }
}
