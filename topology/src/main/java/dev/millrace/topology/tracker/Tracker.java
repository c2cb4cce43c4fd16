package dev.millrace.topology.tracker;

import dev.millrace.atproto.identity.HandleResolver;
import dev.millrace.atproto.identity.HttpDidResolver;
import dev.millrace.atproto.identity.NetworkHandleResolver;
import dev.millrace.atproto.identity.ServiceHandleResolver;
import dev.millrace.atproto.xrpc.AddressGuard;
import dev.millrace.atproto.xrpc.XrpcClient;
import dev.millrace.schema.topic.Topic;
import dev.millrace.topology.streams.FirstPositions;
import dev.millrace.topology.streams.RunningStreams;
import dev.millrace.topology.streams.StreamsSettings;
import dev.millrace.topology.tracker.identity.IdentityMetrics;
import dev.millrace.topology.tracker.identity.InHand;
import dev.millrace.topology.tracker.identity.Lookups;
import dev.millrace.topology.tracker.identity.NetworkIdentities;
import dev.millrace.topology.tracker.identity.ResolveProcessor;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.streams.KafkaClientSupplier;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.internals.DefaultKafkaClientSupplier;

/**
 * The tracker, running. The topics must be there. Several processes with the same application id
 * share the partitions.
 *
 * <p>Threads: Kafka Streams' own, one virtual thread a lookup. All methods may be called from any
 * thread.
 */
public final class Tracker implements AutoCloseable {
  private static final int FETCH_BYTES = 64 * 1024;
  private static final Duration CLOSE_WITHIN = Duration.ofSeconds(20);

  private final RunningStreams streams;
  private final XrpcClient strangers;
  private final XrpcClient named;
  private final InHand inHand = new InHand();

  private Tracker(
      TrackerOptions options, MeterRegistry registry, UnaryOperator<KafkaClientSupplier> clients) {
    strangers = new XrpcClient(options.http(), AddressGuard.of(options.allowPrivateHosts()));
    // Directory and resolver are the operator's word, at whatever address.
    named = new XrpcClient(options.http(), AddressGuard.of(true));
    HandleResolver handles =
        options.handleResolver() == null
            ? new NetworkHandleResolver(strangers)
            : new ServiceHandleResolver(named, options.handleResolver());
    Clock clock = Clock.systemUTC();
    Lookups lookups =
        new Lookups(
            new NetworkIdentities(
                new HttpDidResolver(named, options.plc(), strangers, options.directories()),
                handles,
                clock),
            options.lookups(),
            clock);
    TrackerMetrics metrics = new TrackerMetrics(registry);
    IdentityMetrics identityMetrics = new IdentityMetrics(registry, inHand);
    streams =
        new RunningStreams(
            "tracker",
            new KafkaStreams(
                TrackerTopology.build(
                    options.backfillTopic(),
                    () -> new TrackProcessor(options.collections(), metrics),
                    () ->
                        new ResolveProcessor(
                            TrackerTopology.PENDING_IDENTITIES,
                            lookups,
                            options.retry(),
                            inHand,
                            identityMetrics)),
                settings(options.streams()),
                clients.apply(new DefaultKafkaClientSupplier())),
            RunningStreams.readingAgain(
                options.streams().bootstrapServers(), options.streams().applicationId()));
  }

  private static Properties settings(StreamsSettings streams) {
    Properties settings = streams.properties();
    // Neither input waits for the other: the rules compare places, not arrival.
    settings.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, -1L);
    // Events may be large, and there are two inputs a partition number.
    settings.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, 200);
    settings.put(StreamsSettings.main(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), 500);
    // What is fetched of one partition goes before what comes later of another: of a mirror that is
    // read for the first time that would be seconds of work before an event that is live.
    settings.put(
        StreamsSettings.main(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG), FETCH_BYTES);
    settings.put(StreamsConfig.POLL_MS_CONFIG, 20L);
    return settings;
  }

  /**
   * Starts; returns once the threads run, before partitions are assigned.
   *
   * @throws RuntimeException if the cluster is not reached or its topics are not as they must be
   */
  public static Tracker start(TrackerOptions options, MeterRegistry registry) {
    return start(options, registry, UnaryOperator.identity());
  }

  /** The same with something around its Kafka clients: tests let it die between two calls. */
  public static Tracker start(
      TrackerOptions options, MeterRegistry registry, UnaryOperator<KafkaClientSupplier> clients) {
    StreamsSettings streams = options.streams();
    try (Admin admin =
        Admin.create(
            Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                streams.bootstrapServers(),
                AdminClientConfig.CLIENT_ID_CONFIG,
                streams.clientId() + "-positions"))) {
      FirstPositions.write(
          admin,
          streams.applicationId(),
          List.of(
              Topic.FIREHOSE_LIVE.topicName(),
              options.backfillTopic(),
              Topic.PLC_IDENTITIES.topicName()));
    }
    Tracker tracker = new Tracker(options, registry, clients);
    boolean isStarted = false;
    try {
      tracker.streams.start();
      isStarted = true;
      return tracker;
    } finally {
      if (!isStarted) {
        tracker.close();
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
   * Identities in hand here that were not tried yet, or are on their first try; those that failed
   * before wait for days. What is not yet taken from the topics is the group's lag.
   */
  public long backlog() {
    return inHand.fresh();
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
   * Ends lookups and transactions and leaves the group, so that others take over at once.
   *
   * @return whether all that was done in time
   */
  public boolean close(Duration timeout) {
    boolean isClosed = streams.close(timeout);
    strangers.close();
    named.close();
    streams.closed();
    return isClosed;
  }

  @Override
  public void close() {
    close(CLOSE_WITHIN);
  }
}
