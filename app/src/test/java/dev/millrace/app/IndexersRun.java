package dev.millrace.app;

import dev.millrace.app.appview.Contents;
import dev.millrace.app.appview.RowComparison;
import dev.millrace.app.appview.StillNetwork;
import dev.millrace.app.run.TemporaryDirectory;
import dev.millrace.schema.database.Database;
import dev.millrace.simulator.Simulator;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * {@code scripts/compare-indexers}: the AppView's own indexer and Millrace read the same network
 * that stands still, and every row of the AppView's tables is compared.
 *
 * <pre>
 * INDEXER_SCRIPT NODE_MODULES APPVIEW_URL MILLRACE_URL RECORDS SEED
 * </pre>
 */
final class IndexersRun {
  private static final Duration LIMIT = Duration.ofMinutes(60);

  private final PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
  private final Simulator network;
  private final Path data;

  private IndexersRun(Simulator network, Path data) {
    this.network = network;
    this.data = data;
  }

  public static void main(String[] arguments) throws Exception {
    int records = Integer.parseInt(arguments[4]);
    boolean isExplained;
    try (TemporaryDirectory data = new TemporaryDirectory("millrace-indexers-");
        Simulator network = StillNetwork.of(records, Long.parseLong(arguments[5]))) {
      IndexersRun run = new IndexersRun(network, data.path());
      run.describe();
      run.letAppViewIndex(arguments[0], arguments[1], arguments[2]);
      run.letMillraceIndex(arguments[3]);
      isExplained = run.compare(arguments[2], arguments[3]);
    }
    System.exit(isExplained ? 0 : 1);
  }

  private void describe() {
    out.printf(
        "%d accounts with %d records, %d steps%n",
        network.world().accounts().size(), StillNetwork.records(network), network.world().steps());
  }

  private void letAppViewIndex(String script, String modules, String url)
      throws IOException, InterruptedException {
    long begin = System.nanoTime();
    Process process =
        new ProcessBuilder(
                "node",
                script,
                modules,
                network.relays().getFirst().toString(),
                network.plc().toString(),
                network.pdses().getFirst().toString(),
                url,
                Database.DEFAULT_SCHEMA,
                Long.toString(network.lastSeq(network.relays().getFirst())),
                Long.toString(LIMIT.toSeconds()))
            .inheritIO()
            .start();
    try {
      if (!process.waitFor(LIMIT.toSeconds() + 60, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IllegalStateException("the AppView's indexer did not come to the end");
      }
    } finally {
      process.destroyForcibly();
    }
    out.printf("the AppView has it after %d s%n", seconds(begin));
  }

  /**
   * First the stream alone, whose events the AppView has, too; then a backfiller answers what was
   * asked for meanwhile, which must change no row but those of deleted accounts.
   */
  private void letMillraceIndex(String url) throws InterruptedException {
    long begin = System.nanoTime();
    run(url, "--without-backfiller");
    out.printf("Millrace has it after %d s%n", seconds(begin));
    run(url);
    out.printf("and everything that was asked for after %d s%n", seconds(begin));
    await(Map.of("DATABASE_URL", url), "verify");
    out.println("its tables are what its records say (millrace verify)");
  }

  private void run(String url, String... more) throws InterruptedException {
    List<String> command =
        new ArrayList<>(List.of("run", "--mode", "firehose", "--until-caught-up"));
    command.addAll(List.of("--unknown-collections", "skip", "--labeler", "none"));
    command.addAll(List.of(more));
    Map<String, String> variables =
        Map.of(
            "DATABASE_URL", url,
            "PLC_URL", network.plc().toString(),
            "INGESTER_RELAY_HOSTS", network.relays().getFirst().toString(),
            "MILLRACE_ALLOW_PRIVATE_HOSTS", "true",
            "MILLRACE_FIRST_CURSOR", "0",
            "MILLRACE_PARTITIONS", "4",
            "MILLRACE_HANDLE_RESOLVER", network.pdses().getFirst().toString(),
            "MILLRACE_DATA", data.toString(),
            "MILLRACE_CATCH_UP_TIMEOUT", Long.toString(LIMIT.toSeconds()));
    await(variables, command.toArray(String[]::new));
  }

  private static void await(Map<String, String> variables, String... command)
      throws InterruptedException {
    try (MillraceProcess process = MillraceProcess.start(variables, command)) {
      if (process.awaitExit(LIMIT) != 0) {
        throw new IllegalStateException(String.join(" ", command) + ":\n" + process.output());
      }
    }
  }

  private boolean compare(String appview, String millrace) throws Exception {
    return new RowComparison(
            Contents.read(Database.of(appview)), Contents.read(Database.of(millrace)))
        .print(out);
  }

  private static long seconds(long begin) {
    return Duration.ofNanos(System.nanoTime() - begin).toSeconds();
  }
}
