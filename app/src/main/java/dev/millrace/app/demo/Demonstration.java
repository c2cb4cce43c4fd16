package dev.millrace.app.demo;

import dev.millrace.app.compare.Comparison;
import dev.millrace.app.compare.Report;
import dev.millrace.app.config.DataOptions;
import dev.millrace.app.config.HandleOptions;
import dev.millrace.app.config.ListingOptions;
import dev.millrace.app.config.NetworkOptions;
import dev.millrace.app.run.CatchUp;
import dev.millrace.app.run.Cluster;
import dev.millrace.app.run.Lags;
import dev.millrace.app.run.Pipeline;
import dev.millrace.app.run.Progress;
import dev.millrace.app.run.Readers;
import dev.millrace.app.run.Readers.Reader;
import dev.millrace.app.run.Servers;
import dev.millrace.app.run.StatusLine;
import dev.millrace.app.run.StopSignal;
import dev.millrace.app.run.Watch;
import dev.millrace.connectors.ingest.IngestScope;
import dev.millrace.connectors.ingest.ServiceHost;
import dev.millrace.connectors.kafka.CursorStore;
import dev.millrace.connectors.sink.derive.DerivePending;
import dev.millrace.schema.database.Database;
import dev.millrace.schema.database.Migrations;
import dev.millrace.schema.topic.Topic;
import dev.millrace.simulator.Simulator;
import dev.millrace.simulator.SimulatorOptions;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;

/**
 * A simulated network and the whole pipeline in this process: catches up while live traffic goes
 * on, then lets the traffic rest until everything has arrived, and compares.
 *
 * <p>Owned by the command's thread.
 */
public final class Demonstration {
  /** Fewer than a cluster's usual: it shares one machine with all the rest. */
  private static final int PARTITIONS = 4;

  private static final String TRACKER_GROUP = "prod_tracker";
  private static final String BACKFILLER_GROUP = "prod_backfiller";
  private static final String INDEXER_GROUP = "firehose_group";
  private static final long LISTING_HIGH_WATER_MARK = 1_000_000;
  private static final Duration LOOK = Duration.ofMillis(500);
  private static final Duration LIVE_LINE = Duration.ofSeconds(1);

  private final DemoOptions options;
  private final DataOptions data;
  private final PrintWriter out;
  private final MeterRegistry meters = new SimpleMeterRegistry();

  public Demonstration(DemoOptions options, DataOptions data, PrintWriter out) {
    this.options = options;
    this.data = data;
    this.out = out;
  }

  /**
   * Runs it.
   *
   * @return whether Postgres was equal to the network; with {@code isOnce} that is the end, else it
   *     ends when it is stopped
   * @throws dev.millrace.app.run.PartDiedException if a part died
   */
  public boolean run(StopSignal stop) throws IOException, SQLException, InterruptedException {
    say("a network of %,d repos, seed %d".formatted(options.repos(), options.seed()));
    try (Simulator simulator =
        Simulator.start(
            SimulatorOptions.of(options.seed(), options.repos()).withData(data.simulator()))) {
      say("a broker and a Postgres, data in " + data.directory());
      try (Servers servers = Servers.start(null, null, Database.DEFAULT_SCHEMA, data)) {
        Migrations.migrate(servers.database());
        Cluster.prepare(servers.kafka(), PARTITIONS, 1);
        NetworkOptions network = NetworkOptions.local(simulator.plc());
        try (Pipeline pipeline = new Pipeline(servers.kafka(), network, meters);
            Admin admin = Admin.create(servers.kafka().admin())) {
          CatchUp catchUp = catchUp(simulator, servers, pipeline, admin);
          return run(simulator, servers, pipeline, catchUp, stop);
        }
      }
    }
  }

  private boolean run(
      Simulator simulator, Servers servers, Pipeline pipeline, CatchUp catchUp, StopSignal stop)
      throws IOException, SQLException, InterruptedException {
    Watch watch = new Watch(pipeline.parts(), stop);
    simulator.traffic().resume(options.stepsPerSecond());
    start(simulator, servers, pipeline, watch);
    say("catching up, while live traffic goes on");
    if (!catchUp(simulator, watch, catchUp, stop)) {
      return false;
    }
    Report report =
        new Comparison(new SimulatedNetwork(simulator.world()), servers.database(), Set.of()).run();
    out.println();
    report.print(out);
    if (options.isOnce() || stop.isRequested()) {
      return report.isEqual();
    }
    say("live, until Ctrl-C; the tables: " + servers.database());
    simulator.traffic().resume(options.stepsPerSecond());
    StatusLine status = new StatusLine(meters, pipeline.parts(), catchUp, out);
    watch.untilStopped(LIVE_LINE, status::print);
    return report.isEqual();
  }

  private void start(Simulator simulator, Servers servers, Pipeline pipeline, Watch watch)
      throws IOException, InterruptedException {
    List<ServiceHost> relays =
        simulator.relays().stream().map(relay -> ServiceHost.parse(relay.toString())).toList();
    pipeline.startIndexer(options.indexer(), INDEXER_GROUP, servers.database());
    pipeline.startBackfiller(options.backfiller(), BACKFILLER_GROUP, INDEXER_GROUP, Set.of(), data);
    pipeline.startTracker(
        options.tracker(),
        TRACKER_GROUP,
        options.backfiller().output(),
        Set.of(),
        HandleOptions.of(simulator.pdses().getFirst()),
        data);
    pipeline.startLabels(
        simulator.labelers().stream().map(Object::toString).toList(), options.batches());
    // From the oldest event on: what is told twice, live and by the backfill, must end the same.
    pipeline.startFirehose(relays, 0L, options.batches(), IngestScope.EVERYTHING);
    pipeline.awaitStreams(watch);
    // One list is enough: every relay knows every repo.
    pipeline.startListing(
        relays.subList(0, 1),
        ListingOptions.ofRelays(LISTING_HIGH_WATER_MARK),
        BACKFILLER_GROUP,
        IngestScope.EVERYTHING,
        null);
  }

  private CatchUp catchUp(Simulator simulator, Servers servers, Pipeline pipeline, Admin admin) {
    return new CatchUp(
        pipeline,
        new SimulatedStreams(simulator),
        new CursorStore(servers.kafka()),
        new Lags(admin),
        new Readers(
            new Reader(
                TRACKER_GROUP,
                List.of(Topic.FIREHOSE_LIVE.topicName(), options.backfiller().output())),
            new Reader(
                BACKFILLER_GROUP,
                List.of(options.backfiller().input(), Topic.REPO_REQUESTS.topicName())),
            new Reader(
                INDEXER_GROUP, options.indexer().topics().stream().map(Topic::topicName).toList())),
        new DerivePending(servers.database().dataSource()),
        Instant.now());
  }

  /** First the backfill, under traffic; then, without, whatever is left. */
  private boolean catchUp(Simulator simulator, Watch watch, CatchUp catchUp, StopSignal stop)
      throws InterruptedException {
    long deadline = System.nanoTime() + options.limit().toNanos();
    boolean isDone;
    try (Display display = Display.on(out)) {
      Runnable show =
          () ->
              display.show(
                  Progress.of(meters), simulator.world().truth().repoCount(), catchUp.indexerLag());
      isDone =
          watch.until(
              () -> {
                show.run();
                return catchUp.openBackfill().isEmpty();
              },
              LOOK,
              options.limit());
      simulator.traffic().quiesce();
      isDone =
          isDone
              && watch.until(
                  () -> {
                    show.run();
                    return catchUp.isDone();
                  },
                  LOOK,
                  Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
    }
    if (!isDone) {
      say(
          (stop.isRequested()
                  ? "stopped"
                  : "not caught up within %d s".formatted(options.limit().toSeconds()))
              + "; open: "
              + String.join("; ", catchUp.open()));
    }
    return isDone;
  }

  private void say(String what) {
    out.println("— " + what);
    out.flush();
  }
}
