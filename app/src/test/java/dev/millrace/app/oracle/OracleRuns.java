package dev.millrace.app.oracle;

import dev.millrace.app.run.TemporaryDirectory;
import java.io.PrintStream;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Many seeds in one JVM, a line each: {@code scripts/oracle [FROM TO]}. Ends with 1 if one of them
 * was not equal.
 */
final class OracleRuns {
  /** So many seeds reach everything that a script may hold. */
  private static final int ENOUGH = 100;

  private OracleRuns() {}

  public static void main(String[] arguments) throws Exception {
    long from = arguments.length > 0 ? Long.parseLong(arguments[0]) : 1;
    long to = arguments.length > 1 ? Long.parseLong(arguments[1]) : from + 199;
    int unequal;
    try (TemporaryDirectory directory = new TemporaryDirectory("millrace-oracle-");
        OracleServers servers = new OracleServers(directory.path())) {
      unequal = run(new Oracle(servers), LongStream.rangeClosed(from, to), System.out);
    }
    System.exit(unequal == 0 ? 0 : 1);
  }

  /** Returns how many were not equal, and how many acts and crash points so many seeds left out. */
  static int run(Oracle oracle, LongStream seeds, PrintStream out) {
    out.printf("%8s %7s %7s %8s %8s  %s%n", "seed", "struck", "killed", "records", "seconds", "");
    int[] counts = new int[2];
    Reached reached = new Reached();
    seeds.forEach(
        seed -> {
          Oracle.Outcome outcome = run(oracle, seed);
          counts[0]++;
          counts[1] += outcome.isEqual() ? 0 : 1;
          if (outcome.isEqual()) {
            reached.add(outcome.script());
          }
          out.printf(
              "%8d %7d %7d %8d %8.1f  %s%n",
              seed,
              outcome.struck(),
              outcome.deaths(),
              outcome.records(),
              outcome.took().toMillis() / 1e3,
              outcome.isEqual() ? "equal" : "NOT EQUAL");
          if (!outcome.isEqual()) {
            out.println(outcome.story());
          }
        });
    out.printf("%d seeds, %d not equal%n", counts[0], counts[1]);
    out.print(reached.table());
    List<String> never = reached.never();
    if (counts[0] >= ENOUGH && !never.isEmpty()) {
      out.println("never reached: " + never);
      return counts[1] + never.size();
    }
    return counts[1];
  }

  private static Oracle.Outcome run(Oracle oracle, long seed) {
    try {
      return oracle.run(seed);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted in seed " + seed, e);
    }
  }
}
