package dev.millrace.app.command;

import dev.millrace.app.config.BackfillThrottle;
import dev.millrace.app.config.CollectionOptions;
import dev.millrace.app.config.DatabaseOptions;
import dev.millrace.app.config.IndexerGroupOptions;
import dev.millrace.app.config.KafkaOptions;
import dev.millrace.app.config.NetworkOptions;
import dev.millrace.app.config.TopicOptions;
import dev.millrace.app.config.WindowOptions;
import dev.millrace.app.progress.NarratedWork;
import dev.millrace.app.run.Cluster;
import dev.millrace.app.run.LagBrakes;
import dev.millrace.app.run.NetworkClients;
import dev.millrace.app.run.StopSignal;
import dev.millrace.connectors.ingest.IngestScope;
import dev.millrace.connectors.ingest.ServiceHost;
import dev.millrace.connectors.kafka.KafkaConnection;
import dev.millrace.connectors.window.Brake;
import dev.millrace.connectors.window.MemoryBrake;
import dev.millrace.connectors.window.Pace;
import dev.millrace.connectors.window.Throttle;
import dev.millrace.connectors.window.WindowEnd;
import dev.millrace.connectors.window.WindowException;
import dev.millrace.connectors.window.WindowRun;
import dev.millrace.schema.database.Database;
import dev.millrace.schema.database.Migrations;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The windowed backfill. */
@Command(
    name = "backfill",
    header =
        "Reads the last days of relays' firehoses again, for everybody: the windowed backfill.",
    description = {
      "",
      "Publishes into firehose_backfill what a relay still has of so many days, beside live",
      "ingestion and without disturbing it, and ends where that began. A run that was stopped or",
      "killed goes on where it was with the same command. The indexer (millrace indexer, or run)",
      "makes rows of it, by rev: what is newer stays. What a relay no longer keeps (most keep about",
      "three days) comes by the repo backfill: millrace run, or ingest repos with the backfiller.",
      "Exits with 0 when all is read, else with 1. See docs/windowed-backfill.md.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  millrace backfill --days 3",
      "  millrace backfill --days -1 --workers 8 --max-rate 2000",
      "  millrace backfill --resume",
      "  BACKFILL_DAYS=7 millrace backfill        as a service, conservatively",
      "  millrace backfill --days 7 --profile moderate --collections app.bsky.feed.post"
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class Backfill implements Callable<Integer> {
  private static final String TAG = "[BACKFILL] ";
  private static final int LINE_EVERY_EVENTS = 10_000;
  private static final Duration LINE_EVERY = Duration.ofSeconds(30);

  @Mixin private WindowOptions window;
  @Mixin private CollectionOptions collections;
  @Mixin private DatabaseOptions database;
  @Mixin private KafkaOptions kafka;
  @Mixin private IndexerGroupOptions indexer;
  @Mixin private NetworkOptions network;
  @Mixin private TopicOptions topics;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    if (window.isOff()) {
      out.println(TAG + "Disabled (BACKFILL_DAYS=0 or not set)");
      return ExitCode.OK;
    }
    if (!window.isPrimary()) {
      out.println(
          TAG
              + "Not started: this is worker %d, the primary worker (WORKER_ID=0) runs the backfill"
                  .formatted(window.workerId()));
      return ExitCode.OK;
    }
    BackfillThrottle asked = window.throttle();
    out.println(TAG + "Starting %s backfill on primary worker...".formatted(what()));
    out.println(TAG + "Resource throttling config:");
    asked.rows().forEach(out::println);
    out.flush();
    KafkaConnection cluster = new KafkaConnection(kafka.bootstrapServers());
    Database rows = database.database();
    Migrations.requireCurrent(rows);
    Cluster.prepare(cluster, topics);
    return run(asked, cluster, rows, out);
  }

  private String what() {
    Integer days = window.days();
    if (days == null) {
      Long start = window.startCursor();
      return start == null ? "resumed historical" : "historical (from cursor %d)".formatted(start);
    }
    return days < 0 ? "total historical" : days + "-day historical";
  }

  private int run(BackfillThrottle asked, KafkaConnection cluster, Database rows, PrintWriter out)
      throws Exception {
    try (StopSignal stop = new StopSignal();
        LagBrakes lags = new LagBrakes(cluster, indexer.group());
        NetworkClients clients = new NetworkClients(network)) {
      MemoryBrake memory =
          new MemoryBrake(asked.maxMemoryMb() == 0 ? Long.MAX_VALUE : asked.maxMemoryMb());
      WindowRun run =
          new WindowRun(
              cluster,
              rows.dataSource(),
              clients.relays(),
              clients.resolver(),
              new SimpleMeterRegistry(),
              throttle(asked, lags, memory));
      boolean isComplete = true;
      for (ServiceHost relay : window.relays()) {
        try (NarratedWork task =
            NarratedWork.on(out, relay.toString(), LINE_EVERY_EVENTS, LINE_EVERY)) {
          BackfillReport report = new BackfillReport(task, memory, asked.maxMemoryMb() > 0);
          WindowEnd end = read(run, relay, asked, report, stop);
          isComplete &= end != null && end.isComplete();
          if (end == null || stop.isRequested()) {
            return ExitCode.SOFTWARE;
          }
        }
      }
      new TableStatistics(rows, lags, out).refresh(stop);
      return isComplete ? ExitCode.OK : ExitCode.SOFTWARE;
    }
  }

  private Throttle throttle(BackfillThrottle asked, LagBrakes lags, MemoryBrake memory) {
    List<Brake> brakes = new ArrayList<>();
    brakes.add(memory);
    brakes.add(lags.backlog(window.highWaterMark()));
    if (asked.isIdle()) {
      brakes.add(lags.live(window.idleLag()));
    }
    return new Throttle(
        new Pace(asked.batchSize(), Duration.ofMillis(asked.batchDelayMs()), asked.maxRate()),
        brakes);
  }

  /** Null if it failed, which has been said. */
  private @Nullable WindowEnd read(
      WindowRun run,
      ServiceHost relay,
      BackfillThrottle asked,
      BackfillReport report,
      StopSignal stop)
      throws InterruptedException {
    try {
      WindowEnd end =
          run.run(
              new dev.millrace.connectors.window.WindowOptions(
                  window.service(),
                  relay,
                  relay.equals(window.relays().getFirst()),
                  window.days(),
                  window.startCursor(),
                  window.endCursor(),
                  window.resumes(),
                  window.isService(),
                  asked.workers(),
                  asked.batchSize(),
                  new IngestScope(Set.of(), collections.collections()),
                  dev.millrace.connectors.window.WindowOptions.QUIET,
                  dev.millrace.connectors.window.WindowOptions.PATIENCE),
              report,
              stop::isRequested);
      report.ended(end);
      return end;
    } catch (WindowException e) {
      report.failed(e);
      return null;
    }
  }
}
