package dev.millrace.connectors.repolist;

import dev.millrace.atproto.retry.Backoff;
import dev.millrace.atproto.xrpc.XrpcClient;
import dev.millrace.connectors.ingest.IngestMetrics;
import dev.millrace.connectors.ingest.IngestPart;
import dev.millrace.connectors.ingest.PartThreads;
import dev.millrace.connectors.kafka.CursorStore;
import dev.millrace.connectors.kafka.KafkaConnection;
import dev.millrace.connectors.kafka.TransactionalWriter;
import dev.millrace.connectors.kafka.WriteSteps;
import dev.millrace.schema.event.BadSpot;
import dev.millrace.schema.event.CursorKey;
import dev.millrace.schema.event.CursorValue;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.random.RandomGenerator;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lists a relay's repos to {@code repo_backfill}: each page and the cursor after it in one
 * transaction. After the end it looks again at intervals for what came since, from the last cursor;
 * where a gap in the relay's firehose was noted after the sweep began, from the beginning. What the
 * relay does not give out is stepped over, recorded and tried again: {@link HostListing}.
 *
 * <p>Two threads: the lister asks, writes and waits at the high-water mark; the gauger measures the
 * backlog, so that a slow answer of Kafka's never holds up a page already fetched.
 *
 * <p>With a database to compare with, only the repos are listed that it does not hold at their rev:
 * {@link NotHeld}.
 */
public final class RepoListProducer implements IngestPart {
  private static final Logger log = LoggerFactory.getLogger(RepoListProducer.class);

  private final RepoListOptions options;
  private final XrpcClient http;
  private final Clock clock;
  private final CursorKey stream;
  private final IngestMetrics metrics;
  private final TransactionalWriter writer;
  private final CursorStore cursors;
  private final BadSpots spots;
  private final HighWaterGate gate;
  private final BacklogGauge gauge;
  private final PartThreads threads;
  private volatile @Nullable HostListing listing;

  private RepoListProducer(
      RepoListOptions options,
      KafkaConnection kafka,
      XrpcClient http,
      MeterRegistry meters,
      Clock clock,
      WriteSteps steps) {
    this.options = options;
    this.http = http;
    this.clock = clock;
    this.stream = options.stream();
    this.metrics = new IngestMetrics(meters, stream);
    this.writer = new TransactionalWriter(kafka, stream, meters, steps);
    this.cursors = new CursorStore(kafka);
    this.spots = new BadSpots(stream, options.rules().waits(), RandomGenerator.getDefault());
    this.gate = new HighWaterGate(options.highWaterMark());
    this.threads = new PartThreads(stream.toString());
    this.gauge = new BacklogGauge(stream, options, kafka, gate, threads);
    metrics.gauge(
        "millrace.ingest.backlog", "repos before the backfiller, in offsets", gate::backlog);
    metrics.badSpots(spots::passed, spots::standing);
  }

  /** Starts the threads and returns. */
  public static RepoListProducer start(
      RepoListOptions options, KafkaConnection kafka, XrpcClient http, MeterRegistry meters) {
    return start(options, kafka, http, meters, Clock.systemUTC(), WriteSteps.NONE);
  }

  /** The same under another clock, and telling of each durable boundary. */
  public static RepoListProducer start(
      RepoListOptions options,
      KafkaConnection kafka,
      XrpcClient http,
      MeterRegistry meters,
      Clock clock,
      WriteSteps steps) {
    RepoListProducer producer = new RepoListProducer(options, kafka, http, meters, clock, steps);
    producer.threads.startAsking("gauger", producer.gauge::run);
    producer.threads.startAsking("lister", producer::list);
    return producer;
  }

  @Override
  public String name() {
    return stream.toString();
  }

  @Override
  public boolean ready() {
    HostListing current = listing;
    return current != null && current.answers() && writer.ready();
  }

  /** Whether it waits because too much is before the backfiller. */
  public boolean isPaused() {
    return gate.isShut();
  }

  @Override
  public CompletionStage<Void> ended() {
    return threads.ended();
  }

  @Override
  public boolean close(Duration limit) {
    return threads.stop(limit);
  }

  private void list() throws InterruptedException {
    try (writer) {
      HostListing current = open(writer.open());
      listing = current;
      while (!threads.isStopping()) {
        while (gate.isShut()) {
          threads.sleep(options.measureEvery());
        }
        Duration wait = current.turn();
        if (wait.isPositive()) {
          threads.sleep(wait);
        }
      }
    }
  }

  private HostListing open(Optional<CursorValue> saved) throws InterruptedException {
    spots.load(recordedSpots());
    return new HostListing(
        stream,
        pages(),
        options.rules(),
        new GapsOfRelay(cursors, options.relay().name(), options.rules().lookAgain()),
        metrics,
        new ListingWriter(
            stream, writer::write, options.records(metrics, clock), metrics, gate::wrote),
        spots,
        saved.map(SweepPosition::of).orElseGet(() -> SweepPosition.beginning(clock.instant())),
        clock);
  }

  private Map<CursorKey, BadSpot> recordedSpots() throws InterruptedException {
    ListingWaits waits = options.rules().waits();
    Backoff backoff = new Backoff(waits.first(), waits.longest(), RandomGenerator.getDefault());
    while (true) {
      try {
        return cursors.spots();
      } catch (KafkaException e) {
        log.warn("{}: reading the bad spots failed, trying again: {}", stream, e.toString());
        threads.sleep(backoff.next());
      }
    }
  }

  private PageSource pages() {
    String collection = options.collection();
    return collection == null
        ? new HostPages(http, options.relay())
        : new CollectionPages(http, options.relay(), collection);
  }
}
