package dev.millrace.app.command;

import dev.millrace.app.config.DatabaseOptions;
import dev.millrace.app.config.Env;
import dev.millrace.embedded.EmbeddedPostgres;
import dev.millrace.schema.database.Database;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The database that a command looks at: the one that is named, or the embedded one of a run. */
final class HeldDatabase {
  @Env("MILLRACE_DATA")
  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = {
        "The data directory of 'run', which must not be running: its embedded Postgres is started",
        "for this command. While it runs, name its database instead."
      })
  private @Nullable Path data;

  @Mixin private DatabaseOptions database;

  /** Works with the database; returns the command's exit code. */
  @FunctionalInterface
  interface Work {
    int with(Database database) throws IOException, SQLException, InterruptedException;
  }

  int open(Work work) throws IOException, SQLException, InterruptedException {
    if (data == null || database.named() != null) {
      return work.with(database.database());
    }
    try (EmbeddedPostgres postgres =
        EmbeddedPostgres.start(data.toAbsolutePath().normalize().resolve("postgres"), 0)) {
      return work.with(Database.of(postgres.jdbcUrl(), database.schema()));
    }
  }
}
