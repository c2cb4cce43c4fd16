package dev.millrace.app.command;

import dev.millrace.app.config.DataOptions;
import dev.millrace.app.config.DatabaseOptions;
import dev.millrace.app.config.Env;
import dev.millrace.app.config.KafkaOptions;
import dev.millrace.app.run.Servers;
import dev.millrace.connectors.kafka.KafkaConnection;
import dev.millrace.schema.database.Database;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The cluster and the database that a command is about. */
final class MeantServers {
  @Env("MILLRACE_DATA")
  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = {
        "The data directory of 'run', which must not be running: its embedded servers are started",
        "for this command, those that are not named."
      })
  private @Nullable Path data;

  @Mixin private KafkaOptions kafka;
  @Mixin private DatabaseOptions database;

  /** Works with both; returns the command's exit code. */
  @FunctionalInterface
  interface Work {
    int with(KafkaConnection kafka, Database database) throws Exception;
  }

  int open(Work work) throws Exception {
    if (data == null) {
      return work.with(new KafkaConnection(kafka.bootstrapServers()), database.database());
    }
    try (Servers servers =
        Servers.start(kafka.named(), database.named(), database.schema(), DataOptions.of(data))) {
      return work.with(servers.kafka(), servers.database());
    }
  }
}
