package dev.millrace.connectors.replay;

import dev.millrace.schema.jooq.DefaultSchema;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jooq.Table;

/**
 * The tables that the AppView alone writes: Millrace makes them, and has no classes for them. Names
 * are quoted, as statements need them.
 */
final class AppViewTables {
  private AppViewTables() {}

  /** By name, in which order no row names one of a later table. */
  static NavigableSet<String> names(Connection connection) throws SQLException {
    Set<String> ours =
        DefaultSchema.DEFAULT_SCHEMA.getTables().stream()
            .map(Table::getName)
            .collect(Collectors.toSet());
    NavigableSet<String> names = new TreeSet<>();
    try (PreparedStatement query =
            connection.prepareStatement(
                "SELECT tablename, quote_ident(tablename) FROM pg_tables WHERE schemaname ="
                    + " current_schema() AND tablename <> 'millrace_schema_history'");
        ResultSet rows = query.executeQuery()) {
      while (rows.next()) {
        if (!ours.contains(rows.getString(1))) {
          names.add(rows.getString(2));
        }
      }
    }
    return names;
  }

  /** Those that are written, in their order. */
  static List<String> columns(Connection connection, String table) throws SQLException {
    List<String> columns = new ArrayList<>();
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT quote_ident(attname) FROM pg_attribute WHERE attrelid = ?::regclass AND attnum"
                + " > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum")) {
      query.setString(1, table);
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          columns.add(rows.getString(1));
        }
      }
    }
    return columns;
  }

  /** New rows get numbers above those of the rows that are there. */
  static void continueNumbers(Connection connection, String table, List<String> columns)
      throws SQLException {
    if (columns.contains("id")) {
      ReplayTables.execute(
          connection,
          "SELECT setval(pg_get_serial_sequence('%1$s', 'id'), (SELECT coalesce(max(id), 0) + 1 FROM %1$s), false)"
              .formatted(table));
    }
  }
}
