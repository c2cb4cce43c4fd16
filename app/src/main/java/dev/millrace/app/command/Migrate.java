package dev.millrace.app.command;

import dev.millrace.app.config.DatabaseOptions;
import dev.millrace.schema.database.Database;
import dev.millrace.schema.database.Migrations;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Makes or upgrades the schema. */
@Command(
    name = "migrate",
    header = "Makes or upgrades the tables.",
    description = {
      "",
      "Safe to run at each start, and by several at once. Needs the extension pg_trgm, or the",
      "right to create it.",
      ""
    },
    footer = {"", "Example:", "  millrace migrate --database-url postgresql://postgres@db/bsky"},
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class Migrate implements Callable<Integer> {
  @Mixin private DatabaseOptions options;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    Database database = options.database();
    int migrations = Migrations.migrate(database);
    spec.commandLine()
        .getOut()
        .println(
            database
                + (migrations == 0 ? ": up to date" : ": " + migrations + " migrations applied"));
    return ExitCode.OK;
  }
}
