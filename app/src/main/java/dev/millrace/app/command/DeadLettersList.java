package dev.millrace.app.command;

import dev.millrace.connectors.letters.Letters;
import dev.millrace.connectors.letters.OpenLetter;
import dev.millrace.schema.event.DeadLetter;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The open letters, a line each, or how many there are of each kind. */
@Command(
    name = "list",
    header = "Lists what was set aside and not settled since.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class DeadLettersList implements Callable<Integer> {
  private static final String ROW = "%-12s %-24s %-20s %-32s %-32s %s%n";
  private static final int MOST_WHAT_CHARS = 160;

  /** What letters are counted by. */
  enum By {
    REASON,
    HOST,
    DID;

    @Nullable String of(DeadLetter letter) {
      return switch (this) {
        case REASON -> letter.reason();
        case HOST -> letter.host();
        case DID -> letter.did();
      };
    }
  }

  @Mixin private ChosenLetters chosen;

  @Option(
      names = "--by",
      paramLabel = "WHAT",
      description = "Only how many there are of each: ${COMPLETION-CANDIDATES}.")
  private @Nullable By by;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "100",
      description = "List the last N of those meant. Default: ${DEFAULT-VALUE}.")
  private int limit;

  @Mixin private MeantCluster cluster;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    cluster.open(
        kafka -> {
          Letters letters = new Letters(kafka, Clock.systemUTC());
          if (by == null) {
            list(letters, out);
          } else {
            count(letters, by, out);
          }
          out.flush();
        });
    return ExitCode.OK;
  }

  private void list(Letters letters, PrintWriter out) {
    Deque<OpenLetter> last = new ArrayDeque<>();
    long[] all = {0};
    letters.read(
        chosen.among(List.of()),
        open -> {
          all[0]++;
          last.addLast(open);
          if (last.size() > limit) {
            last.removeFirst();
          }
        });
    out.printf(ROW, "LETTER", "TIME", "REASON", "HOST", "DID", "WHAT");
    last.forEach(open -> print(open, out));
    if (all[0] > last.size()) {
      out.printf("%,d earlier ones are not listed (--limit, or --by)%n", all[0] - last.size());
    }
  }

  private static void print(OpenLetter open, PrintWriter out) {
    DeadLetter letter = open.letter();
    String what = letter.exception() == null ? "" : letter.exception().replaceAll("\\s+", " ");
    out.printf(
        ROW,
        open.id(),
        open.at(),
        letter.reason(),
        or(letter.host()),
        or(letter.did()),
        what.substring(0, Math.min(what.length(), MOST_WHAT_CHARS)));
  }

  private void count(Letters letters, By kind, PrintWriter out) {
    Map<String, Long> counts = new TreeMap<>();
    letters.read(
        chosen.among(List.of()), open -> counts.merge(or(kind.of(open.letter())), 1L, Long::sum));
    counts.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()))
        .forEach(entry -> out.printf("%,12d %s%n", entry.getValue(), entry.getKey()));
  }

  private static String or(@Nullable String value) {
    return value == null ? "-" : value;
  }
}
