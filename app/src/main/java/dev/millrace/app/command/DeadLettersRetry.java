package dev.millrace.app.command;

import dev.millrace.connectors.letters.LetterFilter;
import dev.millrace.connectors.letters.Letters;
import java.io.PrintWriter;
import picocli.CommandLine.Command;

/** Has the repos of letters fetched. */
@Command(
    name = "retry",
    header = "Asks again for the repos that letters are about, each once.",
    description = {
      "",
      "Whatever was set aside of a repo, the whole of it as it is now makes it good. Letters about",
      "no repo stay: labels come again by 'millrace cursors set labels HOST', entries of a listing",
      "with the next sweep.",
      ""
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class DeadLettersRetry extends LetterCommand {
  @Override
  void settle(Letters letters, LetterFilter filter, PrintWriter out) {
    Letters.Retried retried = letters.retry(filter);
    out.printf(
        "%,d letters are settled, %,d repos asked for%n", retried.letters(), retried.repos());
    if (retried.left() > 0) {
      out.printf("%,d letters are about no repo and stay%n", retried.left());
    }
  }
}
