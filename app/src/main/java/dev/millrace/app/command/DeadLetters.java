package dev.millrace.app.command;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What was set aside, by an operator's hand. */
@Command(
    name = "dead-letters",
    header = "Lists what was set aside, asks for it again, or drops it.",
    description = {
      "",
      "A letter has a name, partition@offset, and the options that choose letters may be combined.",
      "The topic dead_letters is only appended to: what is retried or dropped is marked as settled",
      "there and not listed any more.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  millrace dead-letters list --by reason",
      "  millrace dead-letters list --reason cut-body --host pds.example.com",
      "  millrace dead-letters show 3@1042",
      "  millrace dead-letters retry --host pds.example.com",
      "  millrace dead-letters drop --reason listing"
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    subcommands = {
      DeadLettersList.class,
      DeadLettersShow.class,
      DeadLettersRetry.class,
      DeadLettersDrop.class
    })
final class DeadLetters implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "list, show, retry or drop?");
  }
}
