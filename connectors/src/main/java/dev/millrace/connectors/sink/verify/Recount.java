package dev.millrace.connectors.sink.verify;

import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.count;
import static org.jooq.impl.DSL.inline;

import dev.millrace.connectors.sink.collection.Collections;
import dev.millrace.connectors.sink.collection.Counter;
import dev.millrace.connectors.sink.sql.ArrayRows;
import dev.millrace.connectors.sink.sql.Pages;
import java.util.List;
import java.util.function.BiConsumer;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Table;
import org.jooq.TableField;
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

  /** All differences of each counter, a page at a time. */
  public static void compare(
      DSLContext sql, Collections collections, BiConsumer<Counter, List<Difference>> found) {
    collections.counters().forEach(counter -> compare(sql, counter, found));
  }

  /**
   * Counts anew what is wrong. Whoever writes a counted row moves its counter last: with the
   * counter's row locked first, a row that is not counted here yet still moves it.
   */
  static void repair(DSLContext sql, Counter counter, List<String> wrong) {
    TableField<?, String> key = counter.of().key();
    ArrayRows keys = new ArrayRows(key);
    wrong.stream().sorted().forEach(keys::add);
    Table<?> stored = counter.of().table();
    sql.insertInto(stored, key)
        .select(sql.select(keys.column(key)).from(keys.table()))
        .onConflictDoNothing()
        .execute();
    sql.select(key)
        .from(stored)
        .where(key.in(sql.select(keys.column(key)).from(keys.table())))
        .orderBy(key.collate("C"))
        .forUpdate()
        .fetch();
    sql.update(stored)
        .set(
            counter.count(),
            DSL.field(
                sql.select(count().cast(Long.class))
                    .from(counter.counted())
                    .where(counter.by().eq(key))
                    .and(counter.which())))
        .where(key.in(sql.select(keys.column(key)).from(keys.table())))
        .execute();
    counter.of().deleteZeros(sql, wrong);
  }

  private static void compare(
      DSLContext sql, Counter counter, BiConsumer<Counter, List<Difference>> found) {
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
    Pages.read(
        sql.select(key, storedCount, realCount)
            .from(stored)
            .fullOuterJoin(counted)
            .on(countedKey.eq(counter.of().key()))
            .where(storedCount.ne(realCount))
            .orderBy(key),
        rows ->
            found.accept(
                counter,
                rows.stream()
                    .map(row -> new Difference(name, row.value1(), row.value2(), row.value3()))
                    .toList()));
  }
}
