package dev.millrace.app.command;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where each stream stands. */
@Command(
    name = "cursors",
    header = "Lists, sets or forgets where each stream of each host stands.",
    description = {
      "",
      "Streams: firehose and labels (sequence numbers), repos (the lister's cursor), gap (the",
      "newest stretch that a relay no longer had), spot (a place in a list that fails: from which",
      "cursor, and to which it was stepped over; it is tried again until it passes). Setting and",
      "resetting fences a running producer of the stream: it exits, and its next start goes on from",
      "what was set.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  millrace cursors list",
      "  millrace cursors set firehose bsky.network 1234567890",
      "  millrace cursors reset repos bsky.network       list all repos again",
      "  millrace cursors list --data ./data             of an embedded broker that is not running"
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    subcommands = {CursorsList.class, CursorsSet.class, CursorsReset.class})
final class Cursors implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "list, set or reset?");
  }
}
