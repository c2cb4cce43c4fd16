package dev.millrace.app.appview;

import dev.millrace.schema.database.Database;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** All rows of all tables of a database, as text. In memory. */
public final class Contents {
  /** By table, by key. */
  private final Map<String, Map<String, Row>> tables = new TreeMap<>();

  private final Map<String, Map<String, List<Row>>> indexes = new HashMap<>();

  private Contents() {}

  /** The values by column; the number that a notification is given does not count. */
  public record Row(Map<String, @Nullable String> values) {
    @Nullable String get(String column) {
      if (!values.containsKey(column)) {
        throw new IllegalArgumentException("no column " + column + " in " + values.keySet());
      }
      return values.get(column);
    }

    /** "null" for null. */
    String text(String column) {
      return String.valueOf(get(column));
    }

    boolean is(String column, @Nullable String value) {
      String own = get(column);
      return own == null ? value == null : own.equals(value);
    }
  }

  public static Contents read(Database database) throws SQLException {
    Contents contents = new Contents();
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      for (Map.Entry<String, List<String>> table : keys(statement, database.schema()).entrySet()) {
        contents.read(statement, table.getKey(), table.getValue());
      }
    }
    return contents;
  }

  /**
   * The tables with the columns of their primary keys; the AppView's notifications are numbered.
   */
  private static Map<String, List<String>> keys(Statement statement, String schema)
      throws SQLException {
    Map<String, List<String>> keys = new LinkedHashMap<>();
    try (ResultSet row =
        statement.executeQuery(
            """
            SELECT c.relname, a.attname FROM pg_class c
            LEFT JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype = 'p'
            LEFT JOIN LATERAL unnest(k.conkey) WITH ORDINALITY u(num, place) ON true
            LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = u.num
            WHERE c.relkind = 'r' AND c.relnamespace = '%s'::regnamespace ORDER BY c.relname, u.place"""
                .formatted(schema))) {
      while (row.next()) {
        List<String> columns = keys.computeIfAbsent(row.getString(1), name -> new ArrayList<>());
        if (row.getString(2) != null) {
          columns.add(row.getString(2));
        }
      }
    }
    keys.put("notification", List.of("did", "recordUri", "reason", "reasonSubject"));
    return keys;
  }

  private void read(Statement statement, String table, List<String> key) throws SQLException {
    Map<String, Row> rows = new TreeMap<>();
    try (ResultSet result = statement.executeQuery("SELECT * FROM \"" + table + "\"")) {
      while (result.next()) {
        Map<String, @Nullable String> values = new TreeMap<>();
        for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
          values.put(result.getMetaData().getColumnName(i), result.getString(i));
        }
        if (table.equals("notification")) {
          values.remove("id");
        }
        List<String> parts = new ArrayList<>();
        key.forEach(column -> parts.add(String.valueOf(values.get(column))));
        String name = key.isEmpty() ? values.toString() : String.join(" ", parts);
        for (int twin = 2; rows.containsKey(name); twin++) {
          name = String.join(" ", parts) + " #" + twin;
        }
        rows.put(name, new Row(values));
      }
    }
    tables.put(table, rows);
  }

  Set<String> tables() {
    return new TreeSet<>(tables.keySet());
  }

  /** By key; keys of several columns are joined by blanks. */
  Map<String, Row> rows(String table) {
    Map<String, Row> rows = tables.get(table);
    if (rows == null) {
      throw new IllegalArgumentException("no table " + table);
    }
    return rows;
  }

  @Nullable Row find(String table, String key) {
    return rows(table).get(key);
  }

  boolean has(String table, String key) {
    return find(table, key) != null;
  }

  /** All rows with a value in a column. */
  List<Row> where(String table, String column, String value) {
    return indexes
        .computeIfAbsent(
            table + " " + column,
            name -> {
              Map<String, List<Row>> index = new HashMap<>();
              for (Row row : rows(table).values()) {
                index
                    .computeIfAbsent(String.valueOf(row.get(column)), v -> new ArrayList<>())
                    .add(row);
              }
              return index;
            })
        .getOrDefault(value, List.of());
  }
}
