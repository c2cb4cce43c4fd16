package dev.millrace.app.oracle;

import dev.millrace.app.run.Cluster;
import dev.millrace.atproto.identity.CachingDidResolver;
import dev.millrace.atproto.identity.HttpDidResolver;
import dev.millrace.atproto.stream.StreamClient;
import dev.millrace.atproto.stream.StreamLimits;
import dev.millrace.atproto.xrpc.AddressGuard;
import dev.millrace.atproto.xrpc.HttpLimits;
import dev.millrace.atproto.xrpc.XrpcClient;
import dev.millrace.connectors.firehose.FirehoseOptions;
import dev.millrace.connectors.firehose.FirehoseProducer;
import dev.millrace.connectors.ingest.IngestPart;
import dev.millrace.connectors.ingest.ServiceHost;
import dev.millrace.connectors.kafka.KafkaConnection;
import dev.millrace.connectors.labels.LabelOptions;
import dev.millrace.connectors.labels.LabelProducer;
import dev.millrace.connectors.repolist.RepoListOptions;
import dev.millrace.connectors.repolist.RepoListProducer;
import dev.millrace.connectors.sink.PostgresSink;
import dev.millrace.connectors.sink.SinkOptions;
import dev.millrace.connectors.sink.collection.NotificationAge;
import dev.millrace.embedded.EmbeddedKafka;
import dev.millrace.schema.database.Database;
import dev.millrace.schema.database.Migrations;
import dev.millrace.simulator.Simulator;
import dev.millrace.topology.backfiller.Backfiller;
import dev.millrace.topology.backfiller.BackfillerOptions;
import dev.millrace.topology.backfiller.fetch.Backoff;
import dev.millrace.topology.backfiller.fetch.HostPolicy;
import dev.millrace.topology.tracker.Tracker;
import dev.millrace.topology.tracker.TrackerOptions;
import dev.millrace.topology.tracker.identity.RetryPolicy;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import java.util.function.Supplier;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * The pipeline of one run, every part in a {@link Seat} of its own, with waits that suit a test and
 * settings that are the product's otherwise. Owned by the thread that runs the seed.
 */
final class Rig implements AutoCloseable {
  static final String BACKFILLER_GROUP = "prod_backfiller";
  static final String TRACKER_GROUP = "prod_tracker";
  static final String INDEXER_GROUP = "firehose_group";
  static final String SECOND_BACKFILLER = "second-backfiller";
  static final String SECOND_TRACKER = "second-tracker";

  /** Where there are few partitions the first by name have them: it must get some. */
  static final String SECOND_INDEXER = "another";

  private static final HostPolicy HOSTS =
      new HostPolicy(
          5,
          2,
          HostPolicy.GET_REPO_RATE,
          5,
          Duration.ofMillis(200),
          Duration.ofSeconds(1),
          Duration.ofMillis(200));
  private static final Backoff FETCHES =
      new Backoff(Duration.ofMillis(50), Duration.ofMillis(500), 40, 40);
  private static final RetryPolicy LOOKUPS =
      new RetryPolicy(Duration.ofMillis(50), Duration.ofSeconds(1), Duration.ofHours(1));

  /** A relay that is silent for so long counts as dead. */
  private static final Duration SILENCE = Duration.ofSeconds(2);

  /** A host that does not answer is given up soon. */
  private static final HttpLimits LIMITS =
      new HttpLimits(
          HttpLimits.DEFAULT.connectTimeout(),
          Duration.ofSeconds(2),
          Duration.ofSeconds(5),
          HttpLimits.DEFAULT.downloadTimeout(),
          HttpLimits.DEFAULT.maxJsonBytes(),
          HttpLimits.DEFAULT.maxRedirects());

  private final OracleServers servers;
  private final Script script;
  private final Simulator network;
  private final Kills kills;
  private final Path directory;
  private final DoomedDatabase doomed;
  private final XrpcClient http = new XrpcClient(LIMITS, AddressGuard.of(true));
  private final CachingDidResolver dids;
  private final StreamClient relayClient;
  private final StreamClient labelerClient;
  private final List<Seat> seats = new ArrayList<>();
  private EmbeddedKafka broker;

  final Seat indexer = seat("indexer", () -> indexer("one"));

  /** Of a name that comes first, as partitions are given out by name, and there may be few. */
  final Seat secondIndexer = seat("second indexer", () -> indexer(SECOND_INDEXER));

  final Seat backfiller = seat("backfiller", () -> startBackfiller("backfiller", true));
  final Seat secondBackfiller =
      seat("second backfiller", () -> startBackfiller(SECOND_BACKFILLER, false));
  final Seat tracker = seat("tracker", () -> startTracker("tracker", true));
  final Seat secondTracker = seat("second tracker", () -> startTracker(SECOND_TRACKER, false));
  final Seat labels = seat("labels", this::startLabels);
  final Seat relay = seat("relay", () -> startFirehose(0));
  final Seat secondRelay = seat("second relay", () -> startFirehose(1));
  final Seat listing = seat("listing", this::startListing);

  private @Nullable Backfiller fetching;
  private @Nullable Tracker tracking;

  Rig(OracleServers servers, Script script, Simulator network, Kills kills) {
    this.servers = servers;
    this.script = script;
    this.network = network;
    this.kills = kills;
    this.directory = servers.directory(script.seed());
    this.broker = EmbeddedKafka.start(directory.resolve("kafka"), 0);
    Cluster.prepare(kafka(), script.partitions(), 1);
    Migrations.migrate(database());
    this.doomed = new DoomedDatabase(database().dataSource(), kills);
    this.dids =
        new CachingDidResolver(
            new HttpDidResolver(http, network.plc(), http),
            10_000,
            Duration.ofMinutes(10),
            Duration.ofMillis(50));
    OkHttpClient sockets = AddressGuard.of(true).install(new OkHttpClient.Builder()).build();
    this.relayClient = new StreamClient(sockets, StreamLimits.DEFAULT.withSilence(SILENCE));
    this.labelerClient =
        new StreamClient(sockets, StreamLimits.DEFAULT.withSilence(Duration.ofHours(1)));
  }

  private Seat seat(String name, Supplier<Seat.Running> start) {
    Seat seat = new Seat(name, start);
    seats.add(seat);
    return seat;
  }

  KafkaConnection kafka() {
    return new KafkaConnection(broker.bootstrapServers());
  }

  Database database() {
    return servers.database(script.seed());
  }

  /** All but what the script starts later; in the flow's reverse order. */
  void start() {
    indexer.fill();
    backfiller.fill();
    tracker.fill();
    labels.fill();
    relay.fill();
    listing.fill();
  }

  DoomedDatabase doomed() {
    return doomed;
  }

  static String name(URI host) {
    return ServiceHost.parse(host.toString()).name();
  }

  /** Who was killed is replaced; who ended otherwise fails the run. */
  void tend() {
    seats.forEach(Seat::tend);
  }

  int deaths() {
    return seats.stream().mapToInt(Seat::deaths).sum();
  }

  void restartBroker() {
    broker.close();
    broker = EmbeddedKafka.start(directory.resolve("kafka"), 0);
  }

  void restartPostgres() {
    servers.restartPostgres();
  }

  /** What the Streams applications have in hand, for people; null if it is nothing. */
  @Nullable String inHand() {
    if (fetching == null || !fetching.ready()) {
      return "the backfiller is not running";
    }
    if (tracking == null || !tracking.ready()) {
      return "the tracker is not running";
    }
    long repos = fetching.backlog();
    long identities = tracking.backlog();
    return repos + identities == 0
        ? null
        : "%d repos and %d identities in hand".formatted(repos, identities);
  }

  private Seat.Running indexer(String name) {
    PostgresSink sink =
        PostgresSink.start(
            new SinkOptions(
                kafka(),
                doomed.dataSource(),
                INDEXER_GROUP,
                name,
                SinkOptions.ALL_STREAMS,
                2,
                50,
                Duration.ofMillis(20),
                true,
                NotificationAge.any()),
            new SimpleMeterRegistry());
    return new Seat.Running(sink.ended(), sink::close);
  }

  private Seat.Running startBackfiller(String name, boolean isFirst) {
    Backfiller started =
        Backfiller.start(
            BackfillerOptions.builder(kafka().bootstrapServers(), directory.resolve(name))
                .clientId(name)
                .plc(network.plc())
                .allowPrivateHosts(true)
                .http(LIMITS)
                .threads(1)
                .hosts(HOSTS)
                .backoff(FETCHES)
                .build(),
            new SimpleMeterRegistry(),
            clients -> DoomedClients.ofBackfiller(clients, kills));
    if (isFirst) {
      fetching = started;
    }
    return new Seat.Running(started.ended(), started::close);
  }

  private Seat.Running startTracker(String name, boolean isFirst) {
    Tracker started =
        Tracker.start(
            TrackerOptions.of(kafka().bootstrapServers(), directory.resolve(name), network.plc())
                .named(TRACKER_GROUP, name)
                .identities(network.pdses().getFirst(), true, 8, LOOKUPS),
            new SimpleMeterRegistry(),
            clients -> DoomedClients.ofTracker(clients, kills));
    if (isFirst) {
      tracking = started;
    }
    return new Seat.Running(started.ended(), started::close);
  }

  private Seat.Running startFirehose(int index) {
    ServiceHost host = ServiceHost.parse(network.relays().get(index).toString());
    FirehoseOptions options = FirehoseOptions.of(host).firstCursor(0L);
    return running(
        FirehoseProducer.start(
            options.batches(options.batches().batches(20, Duration.ofMillis(50))),
            kafka(),
            relayClient,
            dids,
            new SimpleMeterRegistry(),
            Clock.systemUTC(),
            CrashPoint.steps(CrashPoint.Victim.FIREHOSE, kills)));
  }

  private Seat.Running startLabels() {
    ServiceHost host = ServiceHost.parse(network.labelers().getFirst().toString());
    LabelOptions options = LabelOptions.of(host);
    return running(
        LabelProducer.start(
            new LabelOptions(
                host, options.firstCursor(), options.batches().batches(20, Duration.ofMillis(50))),
            kafka(),
            labelerClient,
            dids,
            new SimpleMeterRegistry(),
            CrashPoint.steps(CrashPoint.Victim.LABELS, kills)));
  }

  private Seat.Running startListing() {
    ServiceHost host = ServiceHost.parse(network.relays().getFirst().toString());
    return running(
        RepoListProducer.start(
            RepoListOptions.of(host).pageSize(5),
            kafka(),
            http,
            new SimpleMeterRegistry(),
            Clock.systemUTC(),
            CrashPoint.steps(CrashPoint.Victim.LISTING, kills)));
  }

  private static Seat.Running running(IngestPart part) {
    CompletionStage<Void> ended = part.ended();
    Predicate<Duration> closing = part::close;
    return new Seat.Running(ended, closing);
  }

  /** Sources first. */
  @Override
  public void close() {
    for (Seat seat : seats.reversed()) {
      seat.empty();
    }
    dids.close();
    http.close();
    broker.close();
  }
}
