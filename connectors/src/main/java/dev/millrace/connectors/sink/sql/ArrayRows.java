package dev.millrace.connectors.sink.sql;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/**
 * Rows that a statement reads from array parameters: {@code unnest(?, ?) AS v(uri, rev)}, any
 * number of them in one statement. Column names are those of the fields it is made of.
 */
public final class ArrayRows {
  private static final String ALIAS = "v";

  private final List<Field<?>> columns;
  private final List<List<@Nullable Object>> values = new ArrayList<>();
  private int size;

  public ArrayRows(Field<?>... columns) {
    this.columns = List.of(columns);
    for (int i = 0; i < columns.length; i++) {
      values.add(new ArrayList<>());
    }
  }

  /** Adds a row; texts are cleaned here. */
  public void add(@Nullable Object... row) {
    if (row.length != columns.size()) {
      throw new IllegalArgumentException(row.length + " values for " + columns.size());
    }
    for (int i = 0; i < row.length; i++) {
      values.get(i).add(row[i] instanceof String text ? StoredText.of(text) : row[i]);
    }
    size++;
  }

  public boolean isEmpty() {
    return size == 0;
  }

  public int size() {
    return size;
  }

  /** The rows as a table named v. */
  public Table<?> table() {
    String names =
        columns.stream()
            .map(column -> "\"" + column.getName() + "\"")
            .collect(Collectors.joining(", "));
    String slots =
        IntStream.range(0, columns.size())
            .mapToObj(i -> "{" + i + "}")
            .collect(Collectors.joining(", "));
    return DSL.table(
        "unnest(" + slots + ") as " + ALIAS + "(" + names + ")",
        IntStream.range(0, columns.size())
            .mapToObj(i -> array(columns.get(i), values.get(i)))
            .toArray(Field<?>[]::new));
  }

  /** A column of {@link #table()}. */
  public <T> Field<T> column(Field<T> like) {
    return DSL.field(DSL.name(ALIAS, like.getName()), like.getDataType());
  }

  /** Inserts the rows, none of which may be there. */
  public void insert(DSLContext sql, Table<?> table) {
    if (!isEmpty()) {
      sql.insertInto(table, columns)
          .select(sql.select(columns.stream().map(this::column).toList()).from(table()))
          .execute();
    }
  }

  /**
   * Inserts the rows; where one with the key is there, its other columns become these.
   *
   * @param table has the columns
   * @param key those of its primary key
   */
  public void upsert(DSLContext sql, Table<?> table, Field<?>... key) {
    if (isEmpty()) {
      return;
    }
    Map<Field<?>, Field<?>> others = new LinkedHashMap<>();
    columns.forEach(column -> others.put(column, DSL.excluded(column)));
    for (Field<?> column : key) {
      others.remove(column);
    }
    sql.insertInto(table, columns)
        .select(sql.select(columns.stream().map(this::column).toList()).from(table()))
        .onConflict(key)
        .doUpdate()
        .set(others)
        .execute();
  }

  private static <T> Field<T[]> array(Field<T> column, List<@Nullable Object> values) {
    @SuppressWarnings("unchecked") // the array's own element type is the column's
    T[] array = (T[]) Array.newInstance(column.getType(), values.size());
    for (int i = 0; i < array.length; i++) {
      Array.set(array, i, values.get(i));
    }
    return DSL.val(array, column.getDataType().array());
  }
}
