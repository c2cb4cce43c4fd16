package dev.millrace.app.run;

import dev.millrace.app.config.BackfillerOptions;
import dev.millrace.app.config.BatchOptions;
import dev.millrace.app.config.DataOptions;
import dev.millrace.app.config.HandleOptions;
import dev.millrace.app.config.IdentityOptions;
import dev.millrace.app.config.IndexerOptions;
import dev.millrace.app.config.ListingOptions;
import dev.millrace.app.config.NetworkOptions;
import dev.millrace.app.config.TrackerOptions;
import dev.millrace.app.config.TrimmingOptions;
import dev.millrace.atproto.identity.DirectoryLimits;
import dev.millrace.connectors.firehose.FirehoseOptions;
import dev.millrace.connectors.firehose.FirehoseProducer;
import dev.millrace.connectors.identity.IdentityMirror;
import dev.millrace.connectors.identity.IdentityMirrorOptions;
import dev.millrace.connectors.ingest.BatchLimits;
import dev.millrace.connectors.ingest.IngestScope;
import dev.millrace.connectors.ingest.ServiceHost;
import dev.millrace.connectors.kafka.KafkaConnection;
import dev.millrace.connectors.labels.LabelOptions;
import dev.millrace.connectors.labels.LabelProducer;
import dev.millrace.connectors.labels.LabelerHosts;
import dev.millrace.connectors.repolist.HeldRepos;
import dev.millrace.connectors.repolist.HostListOptions;
import dev.millrace.connectors.repolist.HostListProducer;
import dev.millrace.connectors.repolist.RepoListOptions;
import dev.millrace.connectors.repolist.RepoListProducer;
import dev.millrace.connectors.repolist.RequestedRepos;
import dev.millrace.connectors.sink.PostgresSink;
import dev.millrace.connectors.sink.SinkOptions;
import dev.millrace.connectors.trim.TrimOptions;
import dev.millrace.connectors.trim.Trimmer;
import dev.millrace.schema.database.Database;
import dev.millrace.schema.event.CursorKey;
import dev.millrace.schema.event.Scope;
import dev.millrace.schema.topic.Topic;
import dev.millrace.topology.backfiller.Backfiller;
import dev.millrace.topology.tracker.Tracker;
import dev.millrace.topology.tracker.identity.RetryPolicy;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts parts on one cluster with what the options say, and remembers which: all of the pipeline
 * or one part of it. Topics and tables must be there. Started in the flow's reverse order, so that
 * closing stops the sources first.
 *
 * <p>Owned by the command's thread.
 */
public final class Pipeline implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Pipeline.class);
  private static final Duration LOOK_AT_STREAMS = Duration.ofMillis(100);
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(30);
  private static final Duration MEASURE_BACKLOG = Duration.ofSeconds(1);

  private final KafkaConnection kafka;
  private final @Nullable NetworkOptions network;
  private @Nullable NetworkClients clients;
  private final @Nullable DirectoryLimits directories;
  private final MeterRegistry meters;
  private final Parts parts = new Parts();
  private final List<CursorKey> streams = new ArrayList<>();
  private final List<CursorKey> listings = new ArrayList<>();
  private @Nullable Backfiller backfiller;
  private @Nullable Tracker tracker;

  /**
   * Starts nothing yet.
   *
   * @param network null where no part needs it, as the indexer
   */
  public Pipeline(KafkaConnection kafka, @Nullable NetworkOptions network, MeterRegistry meters) {
    this.kafka = kafka;
    this.network = network;
    this.directories = network == null ? null : new DirectoryLimits(network.directories());
    this.meters = meters;
  }

  /** What writes the tables. */
  public void startIndexer(IndexerOptions options, String group, Database database) {
    startIndexer(options, options.topics(), group, database);
  }

  /** The same for other topics than it usually reads. */
  public void startIndexer(
      IndexerOptions options, Set<Topic> topics, String group, Database database) {
    parts.add(
        Part.of(
            PostgresSink.start(
                new SinkOptions(
                    kafka,
                    database.dataSource(),
                    group,
                    options.name(),
                    List.copyOf(topics),
                    options.concurrency(),
                    options.batchSize(),
                    SinkOptions.DEFAULT_LINGER,
                    options.keepsUnknownCollections(),
                    options.notificationAge()),
                meters)));
  }

  /**
   * What deletes events that everybody has read.
   *
   * @param backfillerGroup has to have read the repos that were listed or asked for
   */
  public void startTrimmer(
      TrimmingOptions options, String backfillerGroup, String trackerGroup, Database database) {
    parts.add(
        Part.of(
            Trimmer.start(
                new TrimOptions(
                    kafka,
                    database.dataSource(),
                    options.window(),
                    options.topicWindows(),
                    Map.of(
                        Topic.REPO_BACKFILL, Set.of(backfillerGroup),
                        Topic.REPO_REQUESTS, Set.of(backfillerGroup),
                        Topic.FIREHOSE_LIVE, Set.of(trackerGroup),
                        Topic.FIREHOSE_BACKFILL, Set.of(trackerGroup)),
                    options.ignoredGroups(),
                    options.interval()),
                meters)));
  }

  /** What fetches and expands repos. */
  public void startBackfiller(
      BackfillerOptions options,
      String group,
      String indexerGroup,
      Set<String> collections,
      DataOptions data) {
    backfiller =
        Backfiller.start(
            dev.millrace.topology.backfiller.BackfillerOptions.builder(
                    kafka.bootstrapServers(), data.directory())
                .stateDir(data.streams())
                .spoolDir(data.spool())
                .applicationId(group)
                .clientId(options.name())
                .listingTopic(options.input())
                .eventTopic(options.output())
                .concurrency(options.concurrency())
                .batchSize(options.batchSize())
                .hosts(options.hosts())
                .highWaterMark(options.highWaterMark())
                .sinkGroup(indexerGroup)
                .collections(collections)
                .plc(network().plc())
                .directories(directories())
                .allowPrivateHosts(network().allowPrivateHosts())
                .build(),
            meters);
    parts.add(Part.of(backfiller));
  }

  /**
   * What knows where each repo stands.
   *
   * @param backfillTopic the backfiller's output
   */
  public void startTracker(
      TrackerOptions options,
      String group,
      String backfillTopic,
      Set<String> collections,
      HandleOptions handles,
      DataOptions data) {
    tracker =
        Tracker.start(
            dev.millrace.topology.tracker.TrackerOptions.of(
                    kafka.bootstrapServers(), data.streams(), network().plc())
                .named(group, options.name())
                .backfillTopic(backfillTopic)
                .collections(collections)
                .directories(directories())
                .identities(
                    handles.resolver(),
                    network().allowPrivateHosts(),
                    options.concurrency(),
                    RetryPolicy.DEFAULT),
            meters);
    parts.add(Part.of(tracker));
  }

  /** A producer a relay. */
  public void startFirehose(
      List<ServiceHost> relays,
      @Nullable Long firstCursor,
      BatchOptions batches,
      IngestScope scope) {
    for (ServiceHost relay : relays) {
      parts.add(
          Part.of(
              FirehoseProducer.start(
                  FirehoseOptions.of(relay)
                      .firstCursor(firstCursor)
                      .scope(scope)
                      .batches(limits(batches)),
                  kafka,
                  clients().relays(),
                  clients().resolver(),
                  meters)));
      streams.add(new CursorKey(CursorKey.Stream.FIREHOSE, relay.name()));
    }
  }

  /**
   * A producer a labeler.
   *
   * @throws IOException if a labeler is named by a DID whose document is not to be had
   */
  public void startLabels(List<String> labelers, BatchOptions batches) throws IOException {
    for (String labeler : labelers) {
      ServiceHost host = LabelerHosts.find(labeler, clients().resolver());
      parts.add(
          Part.of(
              LabelProducer.start(
                  new LabelOptions(host, LabelOptions.of(host).firstCursor(), limits(batches)),
                  kafka,
                  clients().labelers(),
                  clients().resolver(),
                  meters)));
      streams.add(new CursorKey(CursorKey.Stream.LABELS, host.name()));
    }
  }

  /**
   * Waits until every stream is connected, so that nothing falls between a list or a repo that is
   * read afterwards and the stream. A host that is away is not waited for very long.
   */
  public void awaitStreams(Watch watch) throws InterruptedException {
    if (!watch.until(() -> notConnected().isEmpty(), LOOK_AT_STREAMS, CONNECT_LIMIT)) {
      log.warn("not connected yet: {}; going on without", notConnected());
    }
  }

  private List<String> notConnected() {
    List<String> names = streams.stream().map(CursorKey::toString).toList();
    return parts.notReady().stream().filter(names::contains).toList();
  }

  /**
   * What says which repos there are: listers of each relay, or the operator's own choice.
   *
   * @param database what it holds at its listed rev is not listed; null if it is not known
   */
  public void startListing(
      List<ServiceHost> relays,
      ListingOptions options,
      String backfillerGroup,
      IngestScope scope,
      @Nullable Database database) {
    if (!scope.dids().isEmpty()) {
      parts.add(Part.of(RequestedRepos.start(scope, kafka, meters)));
      listings.add(RequestedRepos.STREAM);
      return;
    }
    Scope wanted = scope.ofRequests();
    // Of some collections the tables do not say whether they are whole.
    HeldRepos held =
        database == null || options.listsHeld() || !wanted.isFull()
            ? null
            : new HeldRepos(database.dataSource(), wanted);
    UnaryOperator<RepoListOptions> chosen =
        listing ->
            listing
                .lookAgain(options.lookAgain())
                .highWater(options.highWaterMark(), backfillerGroup, MEASURE_BACKLOG)
                .unless(held);
    for (ServiceHost relay : relays) {
      switch (options.source()) {
        case RELAYS -> list(chosen.apply(RepoListOptions.of(relay)));
        case COLLECTION ->
            options
                .collections()
                .forEach(
                    collection ->
                        list(chosen.apply(RepoListOptions.of(relay)).collection(collection)));
        case HOSTS -> {
          HostListOptions hosts = HostListOptions.of(relay, options.concurrency());
          parts.add(
              Part.of(
                  HostListProducer.start(
                      hosts.listing(chosen.apply(hosts.listing())),
                      kafka,
                      clients().named(),
                      clients().strangers(),
                      meters)));
          listings.add(CursorKey.ofHosts(relay.name()));
        }
      }
    }
  }

  /** What mirrors the PLC directory. */
  public void startIdentities(IdentityOptions options) {
    IdentityMirrorOptions mirror = options.of(network().plc());
    parts.add(
        Part.of(IdentityMirror.start(mirror, kafka, clients().named(), directories(), meters)));
    listings.add(mirror.stream());
  }

  private void list(RepoListOptions listing) {
    parts.add(Part.of(RepoListProducer.start(listing, kafka, clients().named(), meters)));
    listings.add(listing.stream());
  }

  public Parts parts() {
    return parts;
  }

  /** Cursors of the streams that are followed. */
  public List<CursorKey> streams() {
    return List.copyOf(streams);
  }

  /** Cursors of the lists that are read to their end, the mirrored directory's among them. */
  public List<CursorKey> listings() {
    return List.copyOf(listings);
  }

  /** The backfiller, if it runs here. */
  public @Nullable Backfiller backfiller() {
    return backfiller;
  }

  /** The tracker, if it runs here. */
  public @Nullable Tracker tracker() {
    return tracker;
  }

  private NetworkOptions network() {
    return Objects.requireNonNull(network, "a part without network");
  }

  private DirectoryLimits directories() {
    return Objects.requireNonNull(directories, "a part without network");
  }

  private NetworkClients clients() {
    if (clients == null) {
      clients = new NetworkClients(network(), directories());
    }
    return clients;
  }

  private static BatchLimits limits(BatchOptions batches) {
    return BatchLimits.DEFAULT.batches(batches.size(), batches.timeout());
  }

  /** Stops all parts in order, each within its time. */
  @Override
  public void close() {
    parts.close();
    if (clients != null) {
      clients.close();
    }
  }
}
