package dev.millrace.app.command;

import dev.millrace.app.config.BackfillerGroupOptions;
import dev.millrace.app.config.BackfillerOptions;
import dev.millrace.app.config.BatchOptions;
import dev.millrace.app.config.CollectionOptions;
import dev.millrace.app.config.DataOptions;
import dev.millrace.app.config.DatabaseOptions;
import dev.millrace.app.config.DidOptions;
import dev.millrace.app.config.Env;
import dev.millrace.app.config.FirstCursorOptions;
import dev.millrace.app.config.HandleOptions;
import dev.millrace.app.config.IdentityOptions;
import dev.millrace.app.config.IndexerGroupOptions;
import dev.millrace.app.config.IndexerOptions;
import dev.millrace.app.config.KafkaOptions;
import dev.millrace.app.config.LabelerOptions;
import dev.millrace.app.config.Limits;
import dev.millrace.app.config.ListingOptions;
import dev.millrace.app.config.ListingSource;
import dev.millrace.app.config.ModeOptions;
import dev.millrace.app.config.NetworkOptions;
import dev.millrace.app.config.RelayOptions;
import dev.millrace.app.config.TopicOptions;
import dev.millrace.app.config.TrackerGroupOptions;
import dev.millrace.app.config.TrackerOptions;
import dev.millrace.app.config.TrimmingOptions;
import dev.millrace.app.run.CatchUp;
import dev.millrace.app.run.Cluster;
import dev.millrace.app.run.Lags;
import dev.millrace.app.run.LogFile;
import dev.millrace.app.run.Pipeline;
import dev.millrace.app.run.QuietStreams;
import dev.millrace.app.run.Readers;
import dev.millrace.app.run.Readers.Reader;
import dev.millrace.app.run.Servers;
import dev.millrace.app.run.StatusLine;
import dev.millrace.app.run.StopSignal;
import dev.millrace.app.run.Watch;
import dev.millrace.connectors.ingest.IngestScope;
import dev.millrace.connectors.kafka.CursorStore;
import dev.millrace.connectors.sink.derive.DerivePending;
import dev.millrace.schema.database.Migrations;
import dev.millrace.schema.topic.Topic;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Everything in one process, for any network. */
@Command(
    name = "run",
    header = "Takes a network into Postgres: every part in one process.",
    description = {
      "",
      "Follows relays and labelers, lists and fetches every repo, and writes Postgres, from now on",
      "until it is stopped. Without --bootstrap-servers and --database-url it runs a broker and a",
      "Postgres of its own, with their data under --data; a second run goes on where the first",
      "ended. Prints a line at intervals: what came, what is in hand, what is left.",
      ""
    },
    footer = {
      "",
      "Caught up (--until-caught-up) is, twice in a row: each list of repos is read to its end (or",
      "the --did requests are written), and the directory with --mirror-identities; each stream is as new as the beginning of the wait, or is",
      "connected and nothing moved on it for 5 seconds; the tracker has no lag, and no identity",
      "waits for its first try; the backfiller (if it runs here) has no lag and nothing in hand or",
      "in backoff; the indexer has no lag on any of its topics and has derived what it must.",
      "",
      "Examples:",
      "  millrace run --did did:plc:ewvi7nxzyoun6zhxrhs64oiz",
      "  millrace run --collections app.bsky.feed.post,app.bsky.actor.profile",
      "  millrace run --relay http://localhost:2583 --labeler none --plc http://localhost:2582 \\",
      "    --allow-private-hosts --mode backfill --until-caught-up"
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class Run implements Callable<Integer> {
  private static final Duration STATUS_EVERY = Duration.ofSeconds(10);
  private static final Duration LOOK = Duration.ofSeconds(1);

  @Mixin private RelayOptions relays;
  @Mixin private LabelerOptions labelers;
  @Mixin private NetworkOptions network;
  @Mixin private HandleOptions handles;
  @Mixin private DidOptions dids;
  @Mixin private CollectionOptions collections;
  @Mixin private ModeOptions mode;
  @Mixin private FirstCursorOptions first;
  @Mixin private KafkaOptions kafka;
  @Mixin private DatabaseOptions database;
  @Mixin private DataOptions data;

  @Env("MILLRACE_UNTIL_CAUGHT_UP")
  @Option(
      names = "--until-caught-up",
      description = "Exit with 0 once everything that there was is in Postgres; see below.")
  private boolean untilCaughtUp;

  @Env("MILLRACE_CATCH_UP_TIMEOUT")
  @Limits(min = 1, max = 31_536_000)
  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "86400",
      description = {
        "With --until-caught-up: exit with 1 after this long, saying what is still open.",
        "Default: ${DEFAULT-VALUE}."
      })
  private long timeoutSeconds;

  @Env("MILLRACE_WITHOUT_BACKFILLER")
  @Option(
      names = "--without-backfiller",
      description = {
        "Fetch no repos here: those that are listed or asked for stay in their topics until a",
        "backfiller of the same group runs elsewhere."
      })
  private boolean withoutBackfiller;

  @Env("MILLRACE_MIRROR_IDENTITIES")
  @Option(
      names = "--mirror-identities",
      description = {
        "Mirror the PLC directory, too, as 'ingest identities' does. What it has mirrored so far",
        "costs no lookup; for a backfill of the whole network let it come to its end first."
      })
  private boolean mirrorsIdentities;

  @Mixin private IdentityOptions identities;
  @Mixin private BatchOptions batches;
  @Mixin private ListingOptions listing;
  @Mixin private BackfillerOptions backfiller;
  @Mixin private BackfillerGroupOptions backfillerGroup;
  @Mixin private TrackerOptions tracker;
  @Mixin private TrackerGroupOptions trackerGroup;
  @Mixin private IndexerOptions indexer;
  @Mixin private IndexerGroupOptions indexerGroup;
  @Mixin private TrimmingOptions trimming;
  @Mixin private TopicOptions topics;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    first.firstCursor(relays.relays());
    ListingSource _ = listing.source();
    refuseTopicsOfOthers();
    PrintWriter out = spec.commandLine().getOut();
    MeterRegistry meters = new SimpleMeterRegistry();
    out.println("log       " + LogFile.in(data.logs(), LogFile.Console.WARNINGS));
    out.println("data      " + data.directory());
    out.flush();
    try (StopSignal stop = new StopSignal();
        Servers servers = Servers.start(kafka.named(), database.named(), database.schema(), data)) {
      out.println("broker    " + servers.kafka().bootstrapServers());
      out.println("database  " + servers.database());
      out.flush();
      Migrations.migrate(servers.database());
      Cluster.prepare(servers.kafka(), topics);
      try (Pipeline pipeline = new Pipeline(servers.kafka(), network, meters);
          Admin admin = Admin.create(servers.kafka().admin())) {
        Watch watch = new Watch(pipeline.parts(), stop);
        Instant begun = Instant.now();
        Lags lags = new Lags(admin);
        start(pipeline, servers, watch);
        CatchUp catchUp =
            new CatchUp(
                pipeline,
                new QuietStreams(meters, pipeline.parts(), begun),
                new CursorStore(servers.kafka()),
                lags,
                new Readers(
                    new Reader(
                        trackerGroup.group(),
                        List.of(Topic.FIREHOSE_LIVE.topicName(), backfiller.output())),
                    new Reader(
                        backfillerGroup.group(),
                        List.of(backfiller.input(), Topic.REPO_REQUESTS.topicName())),
                    new Reader(
                        indexerGroup.group(),
                        indexer.topics().stream().map(Topic::topicName).toList())),
                new DerivePending(servers.database().dataSource()),
                begun);
        StatusLine status = new StatusLine(meters, pipeline.parts(), catchUp, out);
        if (!untilCaughtUp) {
          watch.untilStopped(STATUS_EVERY, status::print);
          return ExitCode.OK;
        }
        return untilCaughtUp(watch, catchUp, status, stop, out);
      }
    }
  }

  /** Between its own parts a process has the usual topics: others would be read by nobody. */
  private void refuseTopicsOfOthers() {
    refuse("--backfiller-input (BACKFILLER_INPUT_STREAM)", backfiller.input(), Topic.REPO_BACKFILL);
    refuse(
        "--backfiller-output (BACKFILLER_OUTPUT_STREAM)",
        backfiller.output(),
        Topic.FIREHOSE_BACKFILL);
  }

  private void refuse(String option, String name, Topic usual) {
    if (!name.equals(usual.topicName())) {
      throw new ParameterException(
          spec.commandLine(),
          "%s is '%s'; allowed here: %s (another with 'millrace backfiller')"
              .formatted(option, name, usual.topicName()));
    }
  }

  private void start(Pipeline pipeline, Servers servers, Watch watch) throws Exception {
    IngestScope scope = new IngestScope(dids.dids(), collections.collections());
    pipeline.startIndexer(indexer, indexerGroup.group(), servers.database());
    pipeline.startTrimmer(
        trimming, backfillerGroup.group(), trackerGroup.group(), servers.database());
    if (mode.mode().firehose() || mode.mode().backfill()) {
      Cluster.prepare(servers.kafka(), topics, backfiller);
      if (!withoutBackfiller) {
        pipeline.startBackfiller(
            backfiller,
            backfillerGroup.group(),
            indexerGroup.group(),
            collections.collections(),
            data);
      }
      pipeline.startTracker(
          tracker,
          trackerGroup.group(),
          backfiller.output(),
          collections.collections(),
          handles,
          data);
    }
    if (mirrorsIdentities) {
      pipeline.startIdentities(identities);
    }
    if (mode.mode().labels()) {
      pipeline.startLabels(labelers.labelers(), batches);
    }
    if (mode.mode().firehose()) {
      pipeline.startFirehose(relays.relays(), first.firstCursor(relays.relays()), batches, scope);
      pipeline.awaitStreams(watch);
    }
    if (mode.mode().backfill()) {
      pipeline.startListing(
          relays.relays(), listing, backfillerGroup.group(), scope, servers.database());
    }
  }

  private int untilCaughtUp(
      Watch watch, CatchUp catchUp, StatusLine status, StopSignal stop, PrintWriter out)
      throws InterruptedException {
    boolean isCaughtUp =
        watch.until(
            () -> {
              status.printEvery(STATUS_EVERY);
              return catchUp.isDone();
            },
            LOOK,
            Duration.ofSeconds(timeoutSeconds));
    status.print();
    if (isCaughtUp) {
      out.println("caught up");
      out.flush();
      return ExitCode.OK;
    }
    String why = stop.isRequested() ? "stopped" : "not caught up after " + timeoutSeconds + " s";
    spec.commandLine()
        .getErr()
        .println("millrace run: " + why + "; open: " + String.join("; ", catchUp.open()));
    return ExitCode.SOFTWARE;
  }
}
