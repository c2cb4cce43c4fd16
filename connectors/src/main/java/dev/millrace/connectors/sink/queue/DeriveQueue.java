package dev.millrace.connectors.sink.queue;

import static dev.millrace.schema.jooq.Tables.DERIVE_QUEUE;
import static org.jooq.impl.DSL.any;

import dev.millrace.connectors.sink.sql.ArrayRows;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.TreeSet;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record1;
import org.jooq.Select;
import org.jooq.impl.DSL;

/**
 * Table {@code derive_queue}: what must be derived anew. Rows are added in the transaction of the
 * base rows that changed, so that none is missing, and taken away in the one that derives.
 */
public final class DeriveQueue {
  /**
   * Rows in the hands of one transaction.
   *
   * @param ids of the rows
   * @param keys of every kind, each once
   */
  public record Taken(List<Long> ids, Map<Kind, NavigableSet<String>> keys) {}

  /** The lowest transaction id that may still run. */
  private static final Field<Long> LOWEST_RUNNING =
      DSL.field("pg_snapshot_xmin(pg_current_snapshot())::text::bigint", Long.class);

  /** The lowest one that is not given out yet. */
  private static final Field<Long> NEXT =
      DSL.field("pg_snapshot_xmax(pg_current_snapshot())::text::bigint", Long.class);

  private static final Field<Long> AT_ONCE = DSL.castNull(Long.class);

  private DeriveQueue() {}

  public static void add(DSLContext sql, Kind kind, Collection<String> keys) {
    add(sql, kind, keys, AT_ONCE);
  }

  /** Adds what is to be derived when all transactions of this moment have ended. */
  public static void addForLater(DSLContext sql, Kind kind, Collection<String> keys) {
    add(sql, kind, keys, NEXT);
  }

  private static void add(
      DSLContext sql, Kind kind, Collection<String> keys, Field<Long> afterXid) {
    if (!keys.isEmpty()) {
      ArrayRows rows = new ArrayRows(DERIVE_QUEUE.KEY);
      new TreeSet<>(keys).forEach(rows::add);
      add(sql, kind, sql.select(rows.column(DERIVE_QUEUE.KEY)).from(rows.table()), afterXid);
    }
  }

  /** Adds the keys that a query finds. */
  public static void add(DSLContext sql, Kind kind, Select<Record1<String>> keys) {
    add(sql, kind, keys, AT_ONCE);
  }

  private static void add(
      DSLContext sql, Kind kind, Select<Record1<String>> keys, Field<Long> afterXid) {
    Field<String> key = keys.field(0, String.class);
    sql.insertInto(DERIVE_QUEUE, DERIVE_QUEUE.KIND, DERIVE_QUEUE.KEY, DERIVE_QUEUE.AFTER_XID)
        .select(sql.select(DSL.val(kind.word()), key, afterXid).from(keys))
        .execute();
  }

  /**
   * Takes the oldest rows that nobody else has in hand. Kinds that this version does not know are
   * left for one that does.
   */
  public static Taken take(DSLContext sql, int limit) {
    return take(
        sql,
        sql.select(DERIVE_QUEUE.ID)
            .from(DERIVE_QUEUE)
            .where(DERIVE_QUEUE.AFTER_XID.isNull().or(DERIVE_QUEUE.AFTER_XID.le(LOWEST_RUNNING)))
            .and(DERIVE_QUEUE.KIND.in(Kind.words()))
            .orderBy(DERIVE_QUEUE.ID)
            .limit(limit)
            .forUpdate()
            .skipLocked()
            .fetch(DERIVE_QUEUE.ID));
  }

  /** Takes these rows, as far as they are still there. */
  public static Taken take(DSLContext sql, Collection<Long> ids) {
    Map<Kind, NavigableSet<String>> keys = new EnumMap<>(Kind.class);
    for (Kind kind : Kind.values()) {
      keys.put(kind, new TreeSet<>());
    }
    if (!ids.isEmpty()) {
      sql.deleteFrom(DERIVE_QUEUE)
          .where(DERIVE_QUEUE.ID.eq(any(ids.toArray(Long[]::new))))
          .returning(DERIVE_QUEUE.KIND, DERIVE_QUEUE.KEY)
          .fetch()
          .forEach(
              row -> Objects.requireNonNull(keys.get(Kind.of(row.getKind()))).add(row.getKey()));
    }
    return new Taken(List.copyOf(ids), keys);
  }

  /**
   * Locks things until the transaction's end, in their order: of two that derive a thing one after
   * the other, the later one sees all that the earlier one saw, and none has what the other waits
   * for.
   *
   * @param things sorted
   */
  public static void lock(DSLContext sql, NavigableSet<String> things) {
    if (things.isEmpty()) {
      return;
    }
    ArrayRows rows = new ArrayRows(DERIVE_QUEUE.KEY);
    things.forEach(rows::add);
    sql.select(
            DSL.field(
                "pg_advisory_xact_lock(hashtextextended({0}, 0))",
                Object.class, rows.column(DERIVE_QUEUE.KEY)))
        .from(rows.table())
        .fetch();
  }

  /** How many rows wait, counted up to a limit. */
  public static int size(DSLContext sql, int limit) {
    return sql.fetchCount(sql.select(DERIVE_QUEUE.ID).from(DERIVE_QUEUE).limit(limit));
  }
}
