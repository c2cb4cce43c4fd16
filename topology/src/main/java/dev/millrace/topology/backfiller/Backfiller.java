package dev.millrace.topology.backfiller;

import dev.millrace.atproto.identity.CachingDidResolver;
import dev.millrace.atproto.identity.HttpDidResolver;
import dev.millrace.atproto.xrpc.AddressGuard;
import dev.millrace.atproto.xrpc.XrpcClient;
import dev.millrace.schema.topic.Topic;
import dev.millrace.topology.backfiller.admission.HoldingClientSupplier;
import dev.millrace.topology.backfiller.admission.InHand;
import dev.millrace.topology.backfiller.admission.OutputLag;
import dev.millrace.topology.backfiller.fetch.HostGuard;
import dev.millrace.topology.backfiller.fetch.LivePositions;
import dev.millrace.topology.backfiller.fetch.PdsRepoFetcher;
import dev.millrace.topology.backfiller.fetch.Permits;
import dev.millrace.topology.backfiller.fetch.SnapshotExpander;
import dev.millrace.topology.streams.FirstPositions;
import dev.millrace.topology.streams.RunningStreams;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.KafkaClientSupplier;
import org.apache.kafka.streams.KafkaStreams;

/**
 * The backfiller, running. The topics must be there. Several processes with the same application id
 * share the partitions.
 *
 * <p>Threads: Kafka Streams' own, one virtual thread a fetch, one that watches the sink's lag. All
 * methods may be called from any thread.
 */
public final class Backfiller implements AutoCloseable {
  private static final Duration CLOSE_WITHIN = Duration.ofSeconds(20);
  private static final long CACHED_IDENTITIES = 200_000;
  private static final Duration KEEP_IDENTITY = Duration.ofHours(1);

  private final RunningStreams streams;
  private final Admin admin;
  private final OutputLag outputLag;
  private final XrpcClient http;
  private final XrpcClient directory;
  private final CachingDidResolver dids;
  private final InHand inHand;

  private Backfiller(
      BackfillerOptions options,
      MeterRegistry registry,
      UnaryOperator<KafkaClientSupplier> clients) {
    admin =
        Admin.create(
            Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                options.bootstrapServers(),
                AdminClientConfig.CLIENT_ID_CONFIG,
                options.clientId() + "-positions"));
    outputLag =
        new OutputLag(admin, options.eventTopic(), options.sinkGroup(), options.highWaterMark());
    http = new XrpcClient(options.http(), options.addresses());
    // The directory is the operator's word, not a stranger's; over plain http it is a local one.
    boolean isLocalDirectory = "http".equals(options.plc().getScheme());
    directory =
        new XrpcClient(
            options.http(), isLocalDirectory ? AddressGuard.of(true) : options.addresses());
    dids =
        new CachingDidResolver(
            new HttpDidResolver(directory, options.plc(), http, options.directories()),
            CACHED_IDENTITIES,
            KEEP_IDENTITY,
            // Shorter than the first backoff: no attempt may fail by the failure of the one before.
            options.backoff().first().dividedBy(2));
    Clock clock = Clock.systemUTC();
    inHand = new InHand(options.batchSize(), options.maxRequests(), options.maxParked());
    HostGuard hosts = new HostGuard(options.hosts(), inHand::share, clock);
    BackfillerMetrics metrics = new BackfillerMetrics(registry, inHand, hosts);
    PdsRepoFetcher fetcher =
        new PdsRepoFetcher(
            http,
            dids,
            hosts,
            new LivePositions(admin, Topic.FIREHOSE_LIVE.topicName()),
            new SnapshotExpander(options.collections()),
            options.car(),
            options.spoolDir(),
            clock);
    Workshop workshop =
        new Workshop(
            fetcher,
            new Permits(
                options.concurrency(), options.requestConcurrency(), options.probeConcurrency()),
            hosts,
            options.backoff(),
            inHand,
            options.maxParkedByHost(),
            outputLag::isLow,
            metrics);
    streams =
        new RunningStreams(
            "backfiller",
            new KafkaStreams(
                BackfillTopology.build(
                    options.listingTopic(),
                    options.eventTopic(),
                    metrics,
                    () -> new BackfillProcessor(workshop)),
                BackfillerSettings.of(options),
                clients.apply(
                    new HoldingClientSupplier(partition -> isHeld(inHand, options, partition)))),
            RunningStreams.readingAgain(options.bootstrapServers(), options.applicationId()));
  }

  /**
   * Starts; returns once the threads run, before partitions are assigned.
   *
   * @throws RuntimeException if the cluster is not reached or its topics are not as they must be
   */
  public static Backfiller start(BackfillerOptions options, MeterRegistry registry) {
    return start(options, registry, UnaryOperator.identity());
  }

  /** The same with something around its Kafka clients: tests let it die between two calls. */
  public static Backfiller start(
      BackfillerOptions options,
      MeterRegistry registry,
      UnaryOperator<KafkaClientSupplier> clients) {
    Backfiller backfiller = new Backfiller(options, registry, clients);
    boolean isStarted = false;
    try {
      int partitions =
          FirstPositions.write(
              backfiller.admin,
              options.applicationId(),
              List.of(
                  options.listingTopic(),
                  Topic.REPO_REQUESTS.topicName(),
                  Topic.PLC_IDENTITIES.topicName()));
      backfiller.inHand.shareOf(partitions);
      backfiller.outputLag.start();
      backfiller.streams.start();
      isStarted = true;
      return backfiller;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while starting", e);
    } finally {
      if (!isStarted) {
        backfiller.close();
      }
    }
  }

  public KafkaStreams.State state() {
    return streams.state();
  }

  /** Whether its partitions are assigned and their stores restored. */
  public boolean ready() {
    return streams.ready();
  }

  /**
   * Repos in hand here: waiting their turn, fetched, emitted, or in backoff. What is not yet taken
   * from the topics is the group's lag.
   */
  public long backlog() {
    return inHand.loads().stream()
        .mapToLong(load -> (long) load.listings() + load.requests() + load.parked())
        .sum();
  }

  /** Completes when it has stopped: normally if it was closed, else with what it died of. */
  public CompletionStage<Void> ended() {
    return streams.ended();
  }

  /** Why it stopped by itself, if it did. */
  public Optional<Throwable> failure() {
    return streams.failure();
  }

  /**
   * Ends fetches and transactions and leaves the group, so that others take over at once.
   *
   * @return whether all that was done in time
   */
  public boolean close(Duration timeout) {
    outputLag.close();
    boolean isClosed = streams.close(timeout);
    dids.close();
    http.close();
    directory.close();
    admin.close(Duration.ofSeconds(5));
    streams.closed();
    return isClosed;
  }

  @Override
  public void close() {
    close(CLOSE_WITHIN);
  }

  private static boolean isHeld(
      InHand inHand, BackfillerOptions options, TopicPartition partition) {
    if (partition.topic().equals(options.listingTopic())) {
      return inHand.holdsListing(partition.partition());
    }
    return partition.topic().equals(Topic.REPO_REQUESTS.topicName())
        && inHand.holdsRequests(partition.partition());
  }
}
