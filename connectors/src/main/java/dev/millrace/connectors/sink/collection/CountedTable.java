package dev.millrace.connectors.sink.collection;

import static dev.millrace.schema.jooq.Tables.POST_AGG;
import static dev.millrace.schema.jooq.Tables.PROFILE_AGG;

import java.util.List;
import org.jooq.Table;
import org.jooq.TableField;

/**
 * A table of counters.
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
}
