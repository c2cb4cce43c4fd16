package dev.millrace.app.command;

import dev.millrace.app.config.BackfillerOptions;
import dev.millrace.app.config.BatchOptions;
import dev.millrace.app.config.DataOptions;
import dev.millrace.app.config.Env;
import dev.millrace.app.config.IndexerOptions;
import dev.millrace.app.config.Limits;
import dev.millrace.app.config.TrackerOptions;
import dev.millrace.app.demo.DemoOptions;
import dev.millrace.app.demo.Demonstration;
import dev.millrace.app.run.LogFile;
import dev.millrace.app.run.StopSignal;
import dev.millrace.app.run.TemporaryDirectory;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The demonstration. */
@Command(
    name = "demo",
    header = "A simulated network and the whole pipeline on this machine, compared at the end.",
    description = {
      "",
      "Starts a network that signs real commits (a PLC directory, PDSes, two relays, a labeler), a",
      "broker, a Postgres and every part, in one process; catches up while the network's traffic",
      "goes on; then lets the traffic rest and compares: every record of every active repo by URI",
      "and CID, its rev, each account's status, the labels in force. Goes on live until Ctrl-C.",
      ""
    },
    footer = {
      "",
      "Exits with 0 when both sides were equal, else with 1.",
      "",
      "Examples:",
      "  millrace demo",
      "  millrace demo --once --repos 2000 --seed 7",
      "  millrace demo --data ./demo          a second run goes on with the same network"
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class Demo implements Callable<Integer> {
  @Env("MILLRACE_DEMO_ONCE")
  @Option(names = "--once", description = "End with the comparison.")
  private boolean once;

  @Env("MILLRACE_DEMO_REPOS")
  @Limits(min = 2, max = 1_000_000)
  @Option(
      names = "--repos",
      paramLabel = "N",
      defaultValue = "500",
      description = "Repos in the network at its beginning. Default: ${DEFAULT-VALUE}.")
  private int repos;

  @Env("MILLRACE_DEMO_SEED")
  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "The same seed and size give the same network. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Env("MILLRACE_DEMO_RATE")
  @Limits(min = 1, max = 100)
  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "50",
      description = {
        "Live steps a second: somebody posts, likes, deletes, moves, … Default: ${DEFAULT-VALUE}."
      })
  private int rate;

  @Env("MILLRACE_CATCH_UP_TIMEOUT")
  @Limits(min = 1, max = 86_400)
  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "900",
      description = "The longest that catching up may take. Default: ${DEFAULT-VALUE}.")
  private long timeoutSeconds;

  @Env("MILLRACE_DATA")
  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = {
        "Keep everything here; a second run with the same directory goes on where the first ended,",
        "also after a kill. Default: a temporary directory, deleted at the end."
      })
  private @Nullable Path directory;

  @Mixin private BatchOptions batches;
  @Mixin private BackfillerOptions backfiller;
  @Mixin private TrackerOptions tracker;
  @Mixin private IndexerOptions indexer;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    try (StopSignal stop = new StopSignal();
        TemporaryDirectory temporary = new TemporaryDirectory("millrace-demo-")) {
      DataOptions data = DataOptions.of(directory == null ? temporary.path() : directory);
      PrintWriter out = spec.commandLine().getOut();
      Path log = LogFile.in(data.logs(), LogFile.Console.CLEAN);
      out.println("— log in " + log);
      boolean isEqual =
          new Demonstration(
                  new DemoOptions(
                      repos,
                      seed,
                      rate,
                      once,
                      Duration.ofSeconds(timeoutSeconds),
                      batches,
                      backfiller,
                      tracker,
                      indexer),
                  data,
                  out)
              .run(stop);
      return isEqual ? ExitCode.OK : ExitCode.SOFTWARE;
    }
  }
}
