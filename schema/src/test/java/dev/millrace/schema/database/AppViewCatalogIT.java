package dev.millrace.schema.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.millrace.embedded.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Compares our tables with the AppView's catalog, but for what is ours there. A line a table:
 *
 * <pre>
 * name(column type[!] [=default] [GEN(expression)], …) PK(column,…) UQ… IX{…}
 * </pre>
 */
class AppViewCatalogIT {
  /** Of the AppView, a materialized view among them. */
  private static final int TABLES = 54;

  private static final Pattern KEYS_AND_INDEXES =
      Pattern.compile("(?: PK\\((?<pk>[^)]*)\\))?(?: UQ(?<uq>.*?))?(?: IX\\{(?<ix>.*)\\})?");

  private static EmbeddedPostgres postgres;
  private static Database database;

  @BeforeAll
  static void start() {
    postgres = EmbeddedPostgres.temporary();
    database = Database.of(postgres.jdbcUrl(), "appview_compare");
    Migrations.migrate(database);
  }

  @AfterAll
  static void stop() {
    postgres.close();
  }

  @Test
  void shouldHaveTheAppViewsColumnsKeysAndIndexes() throws Exception {
    Path reference =
        Path.of(System.getProperty("millrace.shared", "../shared"))
            .resolve("reference/appview-schema.txt");
    assumeThat(reference).as("skipped: the AppView's catalog %s is not here", reference).exists();
    Set<String> compared = new TreeSet<>();
    for (String line : Files.readAllLines(reference)) {
      String name = line.substring(0, line.indexOf('('));
      compare(name, line.replace("appview_devnet.", ""));
      compared.add(name);
    }
    assertThat(compared).hasSize(TABLES);
  }

  private void compare(String table, String line) throws SQLException {
    Map<String, String> columns = new TreeMap<>();
    int end = readColumns(line, columns);
    Matcher parts = KEYS_AND_INDEXES.matcher(line.substring(end));
    assertThat(parts.matches()).as("the catalog's line of " + table).isTrue();
    assertThat(columns(table)).as("columns of " + table).containsAllEntriesOf(columns);
    assertThat(constraints(table, "p"))
        .isEqualTo(parts.group("pk") == null ? Set.of() : Set.of(parts.group("pk")));
    assertThat(constraints(table, "u")).as("unique keys of " + table).isEqualTo(uniques(parts));
    assertThat(foreignKeys(table)).as("foreign keys of " + table).isEqualTo(references(parts));
    Set<String> indexes = new TreeSet<>();
    if (parts.group("ix") != null) {
      indexes.addAll(List.of(parts.group("ix").split("; ", -1)));
    }
    assertThat(indexes(table)).as("indexes of " + table).isEqualTo(indexes);
  }

  /** Splits at the commas outside of expressions; returns where the columns' bracket has closed. */
  private static int readColumns(String line, Map<String, String> columns) {
    int depth = 0;
    int start = line.indexOf('(') + 1;
    for (int at = start - 1; at < line.length(); at++) {
      char c = line.charAt(at);
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
      if (depth == 0 || (c == ',' && depth == 1)) {
        String column = line.substring(start, at).strip();
        int space = column.indexOf(' ');
        columns.put(column.substring(0, space), column.substring(space + 1));
        start = at + 1;
      }
      if (depth == 0) {
        return at + 1;
      }
    }
    throw new IllegalArgumentException("no end of columns in " + line);
  }

  private static Set<String> uniques(Matcher parts) {
    Set<String> uniques = new TreeSet<>();
    if (parts.group("uq") != null) {
      Matcher keys = Pattern.compile("UNIQUE \\(([^)]*)\\)").matcher(parts.group("uq"));
      while (keys.find()) {
        uniques.add(keys.group(1).replace("\"", "").replace(" ", ""));
      }
    }
    return uniques;
  }

  private static Set<String> references(Matcher parts) {
    Set<String> references = new TreeSet<>();
    if (parts.group("uq") != null) {
      Matcher keys =
          Pattern.compile("FOREIGN KEY \\([^)]*\\) REFERENCES [^)]*\\)").matcher(parts.group("uq"));
      while (keys.find()) {
        references.add(keys.group());
      }
    }
    return references;
  }

  private static Set<String> foreignKeys(String table) throws SQLException {
    Set<String> keys = new TreeSet<>();
    for (List<String> row :
        query(
            """
            SELECT pg_get_constraintdef(oid) FROM pg_constraint
            WHERE conrelid = quote_ident(?)::regclass AND contype = 'f'""",
            table)) {
      keys.add(row.get(0));
    }
    return keys;
  }

  private static Map<String, String> columns(String table) throws SQLException {
    Map<String, String> columns = new TreeMap<>();
    for (List<String> row :
        query(
            """
            SELECT a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull::text,
                   a.attgenerated::text, pg_get_expr(d.adbin, d.adrelid)
            FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
            WHERE a.attrelid = quote_ident(?)::regclass AND a.attnum > 0 AND NOT a.attisdropped""",
            table)) {
      String type = row.get(1).replace("character varying", "varchar").replace("boolean", "bool");
      String shown = type + (row.get(2).equals("true") ? "!" : "");
      if (row.get(4) != null) {
        shown += row.get(3).equals("s") ? " GEN(" + row.get(4) + ")" : " =" + row.get(4);
      }
      columns.put(row.get(0), shown);
    }
    return columns;
  }

  private static Set<String> constraints(String table, String kind) throws SQLException {
    Set<String> keys = new TreeSet<>();
    for (List<String> row :
        query(
            """
            SELECT (SELECT string_agg(a.attname, ',' ORDER BY k.place)
                    FROM unnest(c.conkey) WITH ORDINALITY k(num, place)
                    JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.num)
            FROM pg_constraint c WHERE c.conrelid = quote_ident(?)::regclass AND c.contype::text = ?""",
            table,
            kind)) {
      keys.add(row.get(0));
    }
    return keys;
  }

  private static Set<String> indexes(String table) throws SQLException {
    Set<String> indexes = new TreeSet<>();
    for (List<String> row :
        query(
            """
            SELECT am.amname, i.indisunique::text, pg_get_indexdef(i.indexrelid)
            FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am am ON am.oid = c.relam
            WHERE i.indrelid = quote_ident(?)::regclass AND c.relname NOT LIKE 'millrace_%'
              AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid)""",
            table)) {
      String definition = row.get(2).substring(row.get(2).indexOf(" USING ") + " USING ".length());
      String method = row.get(0) + " ";
      String shown = definition.substring(method.length());
      indexes.add(
          (row.get(1).equals("true") ? "UNIQUE " : "")
              + (method.equals("btree ") ? "" : method)
              + shown.replace("public.", ""));
    }
    return indexes;
  }

  private static List<List<String>> query(String sql, String... arguments) throws SQLException {
    List<List<String>> rows = new ArrayList<>();
    try (Connection connection = database.dataSource().getConnection();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < arguments.length; i++) {
        statement.setString(i + 1, arguments[i]);
      }
      try (ResultSet result = statement.executeQuery()) {
        while (result.next()) {
          List<String> row = new ArrayList<>();
          for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
            row.add(result.getString(i));
          }
          rows.add(row);
        }
      }
    }
    return rows;
  }
}
