package dev.millrace.connectors.sink.derive;

import static dev.millrace.schema.jooq.Tables.DERIVE_QUEUE;
import static org.jooq.impl.DSL.any;

import dev.millrace.connectors.sink.sql.ArrayRows;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;

/**
 * Table {@code derive_queue}: what must be derived anew. Rows are added in the transaction of the
 * base rows that changed, so that none is missing, and taken away in the one that derives.
 */
public final class DeriveQueue {
  /** By which rule. */
  public enum Kind {
    /** Who has a handle; key: the handle. */
    HANDLE;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    static Kind of(String word) {
      try {
        return valueOf(word.toUpperCase(Locale.ROOT));
      } catch (IllegalArgumentException e) {
        throw new IllegalStateException(
            "derive_queue asks for '" + word + "', which this version cannot derive", e);
      }
    }
  }

  /** One thing to derive. */
  record Task(Kind kind, String key) implements Comparable<Task> {
    @Override
    public int compareTo(Task other) {
      int byKind = kind.compareTo(other.kind);
      return byKind != 0 ? byKind : key.compareTo(other.key);
    }
  }

  private DeriveQueue() {}

  public static void add(DSLContext sql, Kind kind, Collection<String> keys) {
    if (keys.isEmpty()) {
      return;
    }
    ArrayRows rows = new ArrayRows(DERIVE_QUEUE.KIND, DERIVE_QUEUE.KEY);
    new TreeSet<>(keys).forEach(key -> rows.add(kind.word(), key));
    sql.insertInto(DERIVE_QUEUE, DERIVE_QUEUE.KIND, DERIVE_QUEUE.KEY)
        .select(
            sql.select(rows.column(DERIVE_QUEUE.KIND), rows.column(DERIVE_QUEUE.KEY))
                .from(rows.table()))
        .execute();
  }

  /** Takes the oldest rows that nobody else has in hand; each thing once. */
  static Set<Task> take(DSLContext sql, int limit) {
    List<Long> ids =
        sql.select(DERIVE_QUEUE.ID)
            .from(DERIVE_QUEUE)
            .orderBy(DERIVE_QUEUE.ID)
            .limit(limit)
            .forUpdate()
            .skipLocked()
            .fetch(DERIVE_QUEUE.ID);
    if (ids.isEmpty()) {
      return Set.of();
    }
    Set<Task> tasks = new HashSet<>();
    sql.deleteFrom(DERIVE_QUEUE)
        .where(DERIVE_QUEUE.ID.eq(any(ids.toArray(Long[]::new))))
        .returning(DERIVE_QUEUE.KIND, DERIVE_QUEUE.KEY)
        .fetch()
        .forEach(
            row ->
                tasks.add(
                    new Task(Kind.of(row.get(DERIVE_QUEUE.KIND)), row.get(DERIVE_QUEUE.KEY))));
    return new TreeSet<>(tasks);
  }

  /**
   * Locks a thing until the transaction's end: of two that derive it one after the other, the later
   * one sees all that the earlier one saw.
   */
  static void lock(DSLContext sql, Task task) {
    sql.select(
            DSL.field(
                "pg_advisory_xact_lock(hashtextextended({0}, 0))",
                Object.class, DSL.val(task.kind().word() + ' ' + task.key())))
        .fetch();
  }

  /** How many rows wait, counted up to a limit. */
  public static int size(DSLContext sql, int limit) {
    return sql.fetchCount(sql.select(DERIVE_QUEUE.ID).from(DERIVE_QUEUE).limit(limit));
  }
}
