package dev.millrace.schema.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.embedded.EmbeddedPostgres;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class MigrationsIT {
  private static EmbeddedPostgres postgres;

  @BeforeAll
  static void start() {
    postgres = EmbeddedPostgres.temporary();
  }

  @AfterAll
  static void stop() {
    postgres.close();
  }

  @Test
  void shouldRunOnceAndKeepItsTablesInTheSchemaOfTheOption() throws Exception {
    Database database = Database.of(postgres.jdbcUrl(), "My_Schema");
    assertThat(Migrations.migrate(database)).isEqualTo(10);
    assertThat(Migrations.migrate(database)).isZero();
    assertThat(
            one(
                database.dataSource(),
                "SELECT count(*) FROM pg_tables WHERE schemaname = 'My_Schema' AND tablename = 'like'"))
        .isEqualTo("1");
    assertThat(one(database.dataSource(), "SELECT count(*) FROM \"like\"")).isEqualTo("0");
  }

  @Test
  void shouldServeTwoSchemasInOneDatabase() throws Exception {
    Database one = Database.of(postgres.jdbcUrl(), "one");
    Database two = Database.of(postgres.jdbcUrl(), "two");
    Migrations.migrate(one);
    Migrations.migrate(two);
    execute(one.dataSource(), "INSERT INTO partition_position (partition) VALUES (1)");
    assertThat(one(two.dataSource(), "SELECT count(*) FROM partition_position")).isEqualTo("0");
  }

  @Test
  void shouldFindTrigramsInAnExtensionSchemaOfTheOperators() throws Exception {
    String url = postgres.jdbcUrl();
    execute(Database.of(url, "postgres").dataSource(), "CREATE DATABASE own_extensions");
    String own = url.replace("/postgres?", "/own_extensions?");
    Database database = Database.of(own, "bsky");
    execute(database.dataSource(), "CREATE SCHEMA extensions");
    execute(database.dataSource(), "CREATE EXTENSION pg_trgm SCHEMA extensions");
    assertThat(Migrations.migrate(database)).isEqualTo(10);
  }

  @Test
  void shouldBearSeveralProcessesThatMigrateAtOnce() throws Exception {
    Database database = Database.of(postgres.jdbcUrl(), "at_once");
    List<CompletableFuture<Integer>> runs =
        IntStream.range(0, 3)
            .mapToObj(i -> CompletableFuture.supplyAsync(() -> Migrations.migrate(database)))
            .toList();
    int total = 0;
    for (CompletableFuture<Integer> run : runs) {
      total += run.get(60, TimeUnit.SECONDS);
    }
    assertThat(total).isEqualTo(10);
  }

  @Test
  void shouldRewriteTheRowsOfEveryCommitInPlace() throws Exception {
    Database database = Database.of(postgres.jdbcUrl(), "hot");
    Migrations.migrate(database);
    DataSource source = database.dataSource();
    execute(
        source,
        "INSERT INTO repo_state (did) SELECT 'did:plc:' || n FROM generate_series(1, 500) n");
    execute(source, "INSERT INTO partition_position (partition) VALUES (0)");
    for (int i = 0; i < 20; i++) {
      execute(source, "UPDATE repo_state SET covered_rev = '3k" + i + "' WHERE did < 'did:plc:2'");
      execute(source, "UPDATE partition_position SET positions = '{\"firehose_live\": " + i + "}'");
    }
    // Read in the session that flushes its own counts; the others did at their end.
    String share =
        one(
            source,
            "SELECT pg_stat_force_next_flush() IS NULL, 100 * sum(n_tup_hot_upd) / sum(n_tup_upd) FROM pg_stat_user_tables WHERE schemaname = 'hot' AND n_tup_upd > 0",
            2);
    assertThat(Double.parseDouble(share)).isGreaterThan(80);
  }

  private static void execute(DataSource source, String sql) throws SQLException {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String one(DataSource source, String sql) throws SQLException {
    return one(source, sql, 1);
  }

  private static String one(DataSource source, String sql, int column) throws SQLException {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getString(column);
    }
  }
}
