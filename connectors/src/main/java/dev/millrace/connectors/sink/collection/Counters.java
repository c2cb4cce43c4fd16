package dev.millrace.connectors.sink.collection;

import static org.jooq.impl.DSL.excluded;
import static org.jooq.impl.DSL.exists;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.selectOne;

import dev.millrace.connectors.sink.sql.ArrayRows;
import dev.millrace.connectors.sink.sql.StoredText;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.InsertOnDuplicateSetMoreStep;
import org.jooq.InsertOnDuplicateSetStep;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.TableField;
import org.jspecify.annotations.Nullable;

/**
 * How far the counters move in one transaction: exactly as many up and down as rows came and went,
 * merged by key. Deltas commute, so it does not matter in which order partitions are applied. One
 * transaction, one use.
 */
public final class Counters {
  private static final Field<Boolean> HAS_MOVED = field(name("has_moved"), Boolean.class);

  private final TreeMap<CountedTable, TreeMap<String, long[]>> deltas =
      new TreeMap<>(Comparator.comparing(counted -> counted.table().getName()));

  /** Whose rows may be zero then, though they do not move. */
  private final Map<CountedTable, Set<String>> forgotten = new HashMap<>();

  /** A row of a collection came. */
  void came(Collection collection, OwnRow row) {
    for (Counter counter : collection.counters()) {
      if (counter.counts(row.table().table())) {
        move(counter, row.textOrNull(row.table().indexOf(counter.by())), 1);
      }
    }
  }

  /** One went; the row holds the columns that it is counted by. */
  void went(Collection collection, Table<?> table, Record row) {
    for (Counter counter : collection.counters()) {
      if (counter.counts(table) && counter.counted(row)) {
        move(counter, row.get(counter.by()), -1);
      }
    }
  }

  /**
   * What these count is erased: rows that are zero by whatever way go. One that still counts what
   * other accounts have stays until that goes.
   */
  public void forget(CountedTable table, java.util.Collection<String> keys) {
    forgotten.computeIfAbsent(table, t -> new HashSet<>()).addAll(keys);
    keys.forEach(key -> deltas(table, key));
  }

  /** So many more of a thing count. */
  public void move(Counter counter, @Nullable String key, long delta) {
    if (key != null) {
      deltas(counter.of(), key)[counter.of().counts().indexOf(counter.count())] += delta;
    }
  }

  private long[] deltas(CountedTable table, String key) {
    return deltas
        .computeIfAbsent(table, t -> new TreeMap<>())
        .computeIfAbsent(StoredText.of(key), k -> new long[table.counts().size()]);
  }

  /**
   * Writes them: by table, then by key, as every transaction does, and last in it, so that no two
   * wait for each other and a much-liked post is locked for as short as can be. Only rows that this
   * has locked are deleted for being zero.
   */
  public void store(DSLContext sql) {
    deltas.forEach((table, byKey) -> store(sql, table, byKey));
    deltas.clear();
    forgotten.clear();
  }

  private void store(DSLContext sql, CountedTable counted, Map<String, long[]> byKey) {
    List<Field<?>> columns = new ArrayList<>();
    columns.add(counted.key());
    columns.addAll(counted.counts());
    columns.add(HAS_MOVED);
    ArrayRows rows = new ArrayRows(columns.toArray(Field<?>[]::new));
    columns.removeLast();
    Set<String> erased = forgotten.getOrDefault(counted, Set.of());
    Set<String> perhapsZero = new HashSet<>(erased);
    byKey.forEach(
        (key, moved) -> {
          @Nullable Object[] row = new Object[moved.length + 2];
          row[0] = key;
          boolean hasMoved = false;
          for (int i = 0; i < moved.length; i++) {
            row[i + 1] = moved[i];
            hasMoved |= moved[i] != 0;
            if (moved[i] < 0) {
              perhapsZero.add(key);
            }
          }
          row[moved.length + 1] = hasMoved;
          if (hasMoved || erased.contains(key)) {
            rows.add(row);
          }
        });
    if (!rows.isEmpty()) {
      move(sql, counted, columns, rows, !erased.isEmpty());
    }
    if (!perhapsZero.isEmpty()) {
      counted.deleteZeros(sql, perhapsZero);
    }
  }

  private static void move(
      DSLContext sql,
      CountedTable counted,
      List<Field<?>> columns,
      ArrayRows rows,
      boolean hasUnmoved) {
    Table<?> table = counted.table();
    Condition isMeant =
        hasUnmoved
            ? rows.column(HAS_MOVED)
                .isTrue()
                .or(
                    exists(
                        selectOne()
                            .from(table)
                            .where(counted.key().eq(rows.column(counted.key())))))
            : noCondition();
    InsertOnDuplicateSetStep<?> insert =
        sql.insertInto(table, columns)
            .select(
                sql.select(columns.stream().map(rows::column).toList())
                    .from(rows.table())
                    .where(isMeant))
            .onConflict(counted.key())
            .doUpdate();
    InsertOnDuplicateSetMoreStep<?> setting = null;
    for (TableField<?, Long> count : counted.counts()) {
      setting = (setting == null ? insert : setting).set(count, count.plus(excluded(count)));
    }
    if (setting != null) {
      setting.execute();
    }
  }
}
