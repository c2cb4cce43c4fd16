package dev.millrace.app.command;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The top: lists the commands. */
@Command(
    name = "millrace",
    synopsisHeading = "Usage: ",
    header = "The AT Protocol network, live and historical, kept equal in Postgres, on Kafka.",
    description = {
      "",
      "Every option is also an environment variable, named in brackets; a flag wins over the",
      "variable, the variable over the default.",
      ""
    },
    commandListHeading = "%nCommands:%n",
    footer = {
      "",
      "Start here:",
      "  millrace demo                     a simulated network, everything on this machine",
      "  millrace run --did did:plc:…      your own account off the real network",
      "  millrace COMMAND --help           what a command does, with examples"
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    subcommands = {
      Demo.class,
      Run.class,
      Ingest.class,
      Backfill.class,
      RunBackfiller.class,
      Track.class,
      Index.class,
      Migrate.class,
      ShowStatus.class,
      Cursors.class,
      Repos.class,
      DeadLetters.class,
      ReplayCommand.class,
      Compare.class,
      Verify.class,
      ShowVersion.class
    })
public final class MillraceCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "which command? 'millrace --help' lists them");
  }
}
