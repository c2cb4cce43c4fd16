package dev.millrace.app.command;

import dev.millrace.connectors.letters.LetterFilter;
import dev.millrace.connectors.letters.Letters;
import java.io.PrintWriter;
import picocli.CommandLine.Command;

/** Settles letters that nobody wants. */
@Command(
    name = "drop",
    header = "Drops letters: they are not listed any more, and nothing else is done about them.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class DeadLettersDrop extends LetterCommand {
  @Override
  void settle(Letters letters, LetterFilter filter, PrintWriter out) {
    out.printf("%,d letters are dropped%n", letters.drop(filter));
  }
}
