package dev.millrace.app.oracle;

import dev.millrace.app.run.TemporaryDirectory;
import dev.millrace.embedded.EmbeddedPostgres;
import dev.millrace.schema.database.Database;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * The Postgres that all runs of a JVM share, each in a schema of its own: its first start costs
 * more than a whole run. Owned by the thread that runs the seeds.
 */
final class OracleServers implements AutoCloseable {
  private final Path directory;
  private EmbeddedPostgres postgres;

  OracleServers(Path directory) {
    this.directory = directory;
    this.postgres = EmbeddedPostgres.start(directory.resolve("postgres"), 0);
  }

  /** A directory of its own for a run. */
  Path directory(long seed) {
    return directory.resolve("seed-" + seed);
  }

  Database database(long seed) {
    return Database.of(postgres.jdbcUrl(), schema(seed));
  }

  /** Stops it, with whatever is connected, and starts it on the same data and port. */
  void restartPostgres() {
    postgres.close();
    postgres = EmbeddedPostgres.start(directory.resolve("postgres"), 0);
  }

  /** With all that the run left on disk. */
  void drop(long seed) throws SQLException, IOException {
    if (Files.exists(directory(seed))) {
      TemporaryDirectory.delete(directory(seed));
    }
    try (Connection connection = Database.of(postgres.jdbcUrl()).dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("DROP SCHEMA IF EXISTS " + schema(seed) + " CASCADE");
    }
  }

  /** Names of schemas have letters alone. */
  private static String schema(long seed) {
    StringBuilder name = new StringBuilder("seed_");
    for (char digit : Long.toUnsignedString(seed).toCharArray()) {
      name.append((char) ('a' + (digit - '0')));
    }
    return name.toString();
  }

  @Override
  public void close() {
    postgres.close();
  }
}
