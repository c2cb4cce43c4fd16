package dev.millrace.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedPostgresIT {
  @TempDir private Path directory;

  @Test
  void shouldKeepDataAndAddressOverARestart() throws Exception {
    String url;
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(directory, 0)) {
      url = postgres.jdbcUrl();
      write(url);
    }
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(directory, 0)) {
      assertThat(postgres.jdbcUrl()).isEqualTo(url);
      assertThat(query(url, "SELECT value FROM written")).isEqualTo("kept");
    }
  }

  @Test
  void shouldStopTheServerThatOutlivedItsProcessAndKeepWhatWasCommitted() throws Exception {
    long pid;
    String url;
    try (ChildJvm child = ChildJvm.start(WriteAndHang.class, directory.toString())) {
      url = child.awaitLine("written");
      pid = pid();
      child.kill();
    }
    assertThat(ProcessHandle.of(pid)).as("the server outlives its parent").isPresent();
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(directory, 0)) {
      assertThat(ProcessHandle.of(pid)).isEmpty();
      assertThat(postgres.jdbcUrl()).isEqualTo(url);
      assertThat(query(url, "SELECT value FROM written")).isEqualTo("kept");
    }
  }

  @Test
  void shouldStartOverAPidFileThatNamesSomebodyElsesProcess() throws Exception {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(directory, 0)) {
      write(postgres.jdbcUrl());
    }
    long self = ProcessHandle.current().pid();
    Files.writeString(
        directory.resolve("cluster/postmaster.pid"),
        self + "\n" + directory.toRealPath().resolve("cluster") + "\n0\n5432\n\n127.0.0.1\n");
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(directory, 0)) {
      assertThat(query(postgres.jdbcUrl(), "SELECT value FROM written")).isEqualTo("kept");
    }
  }

  @Test
  void shouldInitialiseAnewWhereThatWasCutShort() throws Exception {
    Path unfinished = Files.createDirectories(directory.resolve("cluster.initialising"));
    Files.writeString(unfinished.resolve("postgresql.conf"), "half");
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(directory, 0)) {
      assertThat(query(postgres.jdbcUrl(), "SELECT 1")).isEqualTo("1");
    }
  }

  @Test
  void shouldRefuseADirectoryInUse() {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(directory, 0)) {
      assertThat(postgres.port()).isPositive();
      assertThatThrownBy(() -> EmbeddedPostgres.start(directory, 0))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("another process is running on");
    }
  }

  @Test
  void shouldCompareBytesAndKnowTheLettersOfEveryScript() throws Exception {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(directory, 0)) {
      String url = postgres.jdbcUrl();
      query(url, "CREATE EXTENSION pg_trgm");
      assertThat(query(url, "SELECT 'Z' < 'a' AND 'zz' < 'é'")).isEqualTo("t");
      assertThat(query(url, "SELECT cardinality(show_trgm('日本語'))")).isEqualTo("4");
      assertThat(query(url, "SHOW listen_addresses")).isEqualTo("127.0.0.1");
      assertThat(query(url, "SHOW fsync")).isEqualTo("on");
      assertThat(query(url, "SHOW server_encoding")).isEqualTo("UTF8");
    }
  }

  @Test
  void shouldDeleteATemporaryDirectoryOnClose() throws Exception {
    Path dataDirectory;
    try (EmbeddedPostgres postgres = EmbeddedPostgres.temporary()) {
      dataDirectory = Path.of(query(postgres.jdbcUrl(), "SHOW data_directory"));
      assertThat(dataDirectory).exists();
    }
    assertThat(dataDirectory.getParent()).doesNotExist();
  }

  /** Writes a row, says so and waits to be killed. */
  static final class WriteAndHang {
    public static void main(String[] arguments) throws Exception {
      EmbeddedPostgres postgres = EmbeddedPostgres.start(Path.of(arguments[0]), 0);
      write(postgres.jdbcUrl());
      System.out.println("written " + postgres.jdbcUrl());
      TimeUnit.MINUTES.sleep(2);
    }
  }

  private long pid() throws Exception {
    return Long.parseLong(
        Files.readAllLines(directory.resolve("cluster/postmaster.pid")).getFirst().strip());
  }

  private static void write(String url) throws SQLException {
    query(url, "CREATE TABLE written AS SELECT 'kept' AS value");
  }

  private static String query(String url, String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      if (!statement.execute(sql)) {
        return "";
      }
      try (ResultSet rows = statement.getResultSet()) {
        rows.next();
        return rows.getString(1);
      }
    }
  }
}
