package dev.millrace.connectors.sink.derive;

import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.count;
import static org.jooq.impl.DSL.inline;

import dev.millrace.connectors.sink.collection.Collections;
import dev.millrace.connectors.sink.collection.Counter;
import java.util.ArrayList;
import java.util.List;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Table;
import org.jooq.impl.DSL;

/**
 * Compares the counters with a count of what they count. No row is the same as zero. Reads all the
 * rows; it is exact if nothing is written meanwhile, or within one snapshot (repeatable read).
 */
public final class Recount {
  /**
   * A counter that is wrong.
   *
   * @param counter table and column, as {@code post_agg.likeCount}
   * @param key the URI or DID that it is of
   */
  public record Difference(String counter, String key, long stored, long counted) {}

  private Recount() {}

  /** The first differences of each counter, by key. */
  public static List<Difference> differences(DSLContext sql, Collections collections, int limit) {
    List<Difference> differences = new ArrayList<>();
    collections.counters().forEach(counter -> differences.addAll(compare(sql, counter, limit)));
    return differences;
  }

  private static List<Difference> compare(DSLContext sql, Counter counter, int limit) {
    Field<String> countedKey = DSL.field(DSL.name("counted", "k"), String.class);
    Field<Integer> countedRows = DSL.field(DSL.name("counted", "n"), Integer.class);
    Table<?> counted =
        sql.select(counter.by().as("k"), count().as("n"))
            .from(counter.counted())
            .where(counter.by().isNotNull())
            .and(counter.which())
            .groupBy(counter.by())
            .asTable("counted");
    Table<?> stored = counter.of().table();
    Field<Long> storedCount = coalesce(counter.count(), inline(0L));
    Field<Long> realCount = coalesce(countedRows.cast(Long.class), inline(0L));
    Field<String> key = coalesce(counter.of().key(), countedKey);
    String name = stored.getName() + "." + counter.count().getName();
    return sql.select(key, storedCount, realCount)
        .from(stored)
        .fullOuterJoin(counted)
        .on(countedKey.eq(counter.of().key()))
        .where(storedCount.ne(realCount))
        .orderBy(key)
        .limit(limit)
        .fetch(row -> new Difference(name, row.value1(), row.value2(), row.value3()));
  }
}
