package dev.millrace.connectors.sink;

import dev.millrace.embedded.EmbeddedKafka;
import dev.millrace.embedded.EmbeddedPostgres;
import dev.millrace.schema.database.Database;
import dev.millrace.schema.database.Migrations;
import dev.millrace.schema.topic.Topics;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;

/**
 * A schema of its own in the one Postgres of this JVM, beside the one broker; both start when first
 * asked for and end with the JVM.
 */
final class SinkDatabase {
  static final int PARTITIONS = 4;

  private static final AtomicInteger SCHEMAS = new AtomicInteger();

  private static final class Servers {
    static final EmbeddedPostgres POSTGRES = EmbeddedPostgres.temporary();
  }

  private static final class Broker {
    static final EmbeddedKafka KAFKA = startBroker();
  }

  private final DataSource dataSource;

  SinkDatabase() {
    // Schema names are letters.
    String schema = "sink_" + (char) ('a' + SCHEMAS.getAndIncrement());
    Database database = Database.of(Servers.POSTGRES.jdbcUrl(), schema);
    Migrations.migrate(database);
    dataSource = database.dataSource();
  }

  private static EmbeddedKafka startBroker() {
    EmbeddedKafka kafka = EmbeddedKafka.temporary();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      Topics.create(admin, PARTITIONS, 1);
    }
    return kafka;
  }

  static String bootstrapServers() {
    return Broker.KAFKA.bootstrapServers();
  }

  DataSource dataSource() {
    return dataSource;
  }

  void execute(String sql) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Everything back to empty. */
  void clear() throws SQLException {
    List<String> tables =
        rows(
            "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = current_schema()"
                + " AND tablename <> 'millrace_schema_history'");
    execute("TRUNCATE " + String.join(", ", tables));
  }

  /** Rows as text, columns parted by a bar; null is "-". */
  List<String> rows(String sql) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement();
        ResultSet results = statement.executeQuery(sql)) {
      int columns = results.getMetaData().getColumnCount();
      while (results.next()) {
        List<String> row = new ArrayList<>();
        for (int i = 1; i <= columns; i++) {
          String value = results.getString(i);
          row.add(value == null ? "-" : value);
        }
        rows.add(String.join("|", row));
      }
    }
    return rows;
  }

  @Nullable String one(String sql) throws SQLException {
    List<String> rows = rows(sql);
    return rows.isEmpty() ? null : rows.getFirst();
  }
}
