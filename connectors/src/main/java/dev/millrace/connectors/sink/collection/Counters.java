package dev.millrace.connectors.sink.collection;

import static org.jooq.impl.DSL.any;
import static org.jooq.impl.DSL.excluded;

import dev.millrace.connectors.sink.sql.ArrayRows;
import dev.millrace.connectors.sink.sql.StoredText;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
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
  private final TreeMap<CountedTable, TreeMap<String, long[]>> deltas =
      new TreeMap<>(Comparator.comparing(counted -> counted.table().getName()));
  private final TreeMap<CountedTable, Set<String>> forgotten =
      new TreeMap<>(Comparator.comparing(counted -> counted.table().getName()));

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
   * What these count is erased: rows that are all zero then go, too. One that still counts what
   * other accounts have keeps its row.
   */
  public void forget(CountedTable table, java.util.Collection<String> keys) {
    forgotten.computeIfAbsent(table, t -> new TreeSet<>()).addAll(keys);
  }

  private static void deleteZeros(DSLContext sql, CountedTable counted, Set<String> keys) {
    Condition isZero = counted.key().eq(any(keys.toArray(String[]::new)));
    for (Field<?> field : counted.table().fields()) {
      if (!field.equals(counted.key())) {
        isZero = isZero.and(field.cast(Long.class).eq(0L));
      }
    }
    sql.deleteFrom(counted.table()).where(isZero).execute();
  }

  /** So many more of a thing count. */
  public void move(Counter counter, @Nullable String key, long delta) {
    if (key != null) {
      List<TableField<?, Long>> counts = counter.of().counts();
      deltas.computeIfAbsent(counter.of(), table -> new TreeMap<>())
              .computeIfAbsent(StoredText.of(key), k -> new long[counts.size()])[
              counts.indexOf(counter.count())] +=
          delta;
    }
  }

  /**
   * Writes them: by table, then by key, as every transaction does, and last in it, so that no two
   * wait for each other and a much-liked post is locked for as short as can be.
   */
  public void store(DSLContext sql) {
    deltas.forEach((table, byKey) -> store(sql, table, byKey));
    deltas.clear();
    forgotten.forEach((table, keys) -> deleteZeros(sql, table, keys));
    forgotten.clear();
  }

  private static void store(DSLContext sql, CountedTable counted, Map<String, long[]> byKey) {
    List<Field<?>> columns = new ArrayList<>();
    columns.add(counted.key());
    columns.addAll(counted.counts());
    ArrayRows rows = new ArrayRows(columns.toArray(Field<?>[]::new));
    byKey.forEach(
        (key, moved) -> {
          boolean hasMoved = false;
          @Nullable Object[] row = new Object[columns.size()];
          row[0] = key;
          for (int i = 0; i < moved.length; i++) {
            row[i + 1] = moved[i];
            hasMoved |= moved[i] != 0;
          }
          if (hasMoved) {
            rows.add(row);
          }
        });
    if (rows.isEmpty()) {
      return;
    }
    Table<?> table = counted.table();
    InsertOnDuplicateSetStep<?> insert =
        sql.insertInto(table, columns)
            .select(sql.select(columns.stream().map(rows::column).toList()).from(rows.table()))
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
