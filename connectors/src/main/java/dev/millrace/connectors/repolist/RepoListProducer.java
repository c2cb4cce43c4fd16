package dev.millrace.connectors.repolist;

import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.retry.Backoff;
import dev.millrace.atproto.xrpc.XrpcClient;
import dev.millrace.atproto.xrpc.XrpcException;
import dev.millrace.connectors.ingest.IngestMetrics;
import dev.millrace.connectors.ingest.IngestPart;
import dev.millrace.connectors.ingest.PartThreads;
import dev.millrace.connectors.kafka.Batch;
import dev.millrace.connectors.kafka.CursorStore;
import dev.millrace.connectors.kafka.KafkaConnection;
import dev.millrace.connectors.kafka.TransactionalWriter;
import dev.millrace.connectors.kafka.WriteSteps;
import dev.millrace.schema.event.CursorKey;
import dev.millrace.schema.event.CursorValue;
import dev.millrace.schema.event.DeadLetter;
import dev.millrace.schema.event.EventCodec;
import dev.millrace.schema.event.RepoListing;
import dev.millrace.schema.topic.Topic;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.random.RandomGenerator;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lists a relay's repos to {@code repo_backfill}: each page and the cursor after it in one
 * transaction. After the end it looks again at intervals for what came since, from the last cursor;
 * where a gap in the relay's firehose was noted after the sweep began, from the beginning.
 *
 * <p>Two threads: the lister asks, writes and waits at the high-water mark; the gauger measures the
 * backlog, so that a slow answer of Kafka's never holds up a page already fetched.
 *
 * <p>Excludes comparing revs: a sweep lists every repo, and the reader knows what it has.
 */
public final class RepoListProducer implements IngestPart {
  private static final Logger log = LoggerFactory.getLogger(RepoListProducer.class);
  private static final String LIST_REPOS = "com.atproto.sync.listRepos";
  private static final Duration FIRST_WAIT = Duration.ofMillis(500);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);
  private static final int LOG_EVERY = 10_000;

  private final RepoListOptions options;
  private final KafkaConnection kafka;
  private final XrpcClient http;
  private final Clock clock;
  private final CursorKey stream;
  private final IngestMetrics metrics;
  private final TransactionalWriter writer;
  private final CursorStore cursors;
  private final HighWaterGate gate;
  private final PartThreads threads;

  /** What the last page of the list held: it is asked for again at the next look. */
  private final Set<String> tail = new HashSet<>();

  private volatile boolean answers;
  private long processed;

  private RepoListProducer(
      RepoListOptions options,
      KafkaConnection kafka,
      XrpcClient http,
      MeterRegistry meters,
      Clock clock,
      WriteSteps steps) {
    this.options = options;
    this.kafka = kafka;
    this.http = http;
    this.clock = clock;
    this.stream = new CursorKey(CursorKey.Stream.REPOS, options.relay().name());
    this.metrics = new IngestMetrics(meters, stream);
    this.writer = new TransactionalWriter(kafka, stream, meters, steps);
    this.cursors = new CursorStore(kafka);
    this.gate = new HighWaterGate(options.highWaterMark());
    this.threads = new PartThreads(stream.toString());
    metrics.gauge(
        "millrace.ingest.backlog", "repos before the backfiller, in offsets", gate::backlog);
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
    producer.threads.startAsking("gauger", producer::gauge);
    producer.threads.startAsking("lister", producer::list);
    return producer;
  }

  @Override
  public String name() {
    return stream.toString();
  }

  @Override
  public boolean ready() {
    return answers && writer.ready();
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
      Optional<CursorValue> saved = writer.open();
      SweepPosition position =
          saved.map(SweepPosition::of).orElseGet(() -> SweepPosition.beginning(now()));
      // At a start at once, however lately it looked: somebody may wait for what came since.
      Instant nextLook = Instant.MIN;
      while (!threads.isStopping()) {
        if (position.done()) {
          answers = true;
          sleepUntil(nextLook);
          position = nextSweep(position);
        }
        while (gate.isShut()) {
          threads.sleep(options.measureEvery());
        }
        ListedPage page = ask(position);
        SweepPosition after = position.after(page);
        write(page, after);
        report(page, position, after);
        position = after;
        nextLook = now().plus(options.lookAgain());
      }
    }
  }

  private SweepPosition nextSweep(SweepPosition position) throws InterruptedException {
    CursorKey gaps = new CursorKey(CursorKey.Stream.FIREHOSE, options.relay().name()).gap();
    Backoff backoff = new Backoff(FIRST_WAIT, LONGEST_WAIT, RandomGenerator.getDefault());
    while (true) {
      try {
        boolean hasGap =
            cursors
                .read(gaps)
                .map(CursorValue::updatedAt)
                .filter(noted -> Instant.parse(noted).isAfter(position.started()))
                .isPresent();
        if (hasGap) {
          log.info("{}: a gap was noted since the last sweep began, listing all again", stream);
          metrics.gap("sweep");
          tail.clear();
          return SweepPosition.beginning(now());
        }
        return new SweepPosition(position.cursor(), position.started(), false);
      } catch (KafkaException e) {
        log.warn("{}: reading the gaps failed, trying again: {}", stream, e.toString());
        threads.sleep(backoff.next());
      }
    }
  }

  /** Asks until there is an answer: a cursor is never skipped. */
  private ListedPage ask(SweepPosition position) throws InterruptedException {
    Map<String, String> parameters = new HashMap<>();
    parameters.put("limit", String.valueOf(options.pageSize()));
    if (position.cursor() != null) {
      parameters.put("cursor", position.cursor());
    }
    Backoff backoff = new Backoff(FIRST_WAIT, LONGEST_WAIT, RandomGenerator.getDefault());
    while (true) {
      Duration wait = backoff.next();
      try {
        ListedPage page =
            ListedPage.of(
                http.get(options.relay().http(), LIST_REPOS, parameters), options.relay().name());
        answers = true;
        return page;
      } catch (XrpcException e) {
        metrics.hostFailure(e.reason());
        Duration asked = e.retryAfter();
        wait = asked != null && asked.compareTo(wait) > 0 ? asked : wait;
        log.warn("{}: cursor {}: {}", stream, position.cursor(), e.getMessage());
      } catch (BadDataException e) {
        metrics.hostFailure(e.reason());
        log.warn("{}: cursor {}: {}", stream, position.cursor(), e.getMessage());
      }
      answers = false;
      threads.sleep(wait);
    }
  }

  private void write(ListedPage page, SweepPosition after) throws InterruptedException {
    Batch batch = new Batch();
    int listed = 0;
    Set<String> seen = new HashSet<>();
    for (RepoListing repo : page.repos()) {
      String key = repo.did() + ' ' + repo.status() + ' ' + repo.active();
      seen.add(key);
      if (tail.contains(key)) {
        metrics.dropped("listed-before");
      } else {
        batch.add(Topic.REPO_BACKFILL, repo.did(), EventCodec.encode(repo));
        listed++;
      }
    }
    for (DeadLetter letter : page.refused()) {
      batch.add(letter);
      metrics.deadLetter(letter.reason());
    }
    batch.cursor(stream, after.toValue(now()));
    writer.write(batch);
    tail.clear();
    if (after.done()) {
      tail.addAll(seen);
    }
    gate.wrote(listed);
    metrics.events("listing", listed);
  }

  /** Counts since the start of this process. */
  private void report(ListedPage page, SweepPosition before, SweepPosition after) {
    long previous = processed;
    processed += page.repos().size();
    if (processed / LOG_EVERY > previous / LOG_EVERY) {
      log.info("Processed {} repos, cursor: {}", processed, after.cursor());
    }
    if (after.done() && page.cursor() != null) {
      log.warn("{}: the relay gave cursor {} again, taken as the end", stream, before.cursor());
      metrics.hostFailure("cursor-stuck");
    } else if (after.done()) {
      log.info(
          "{}: end of the list, {} repos in this run, cursor: {}; again in {} s",
          stream,
          processed,
          after.cursor(),
          options.lookAgain().toSeconds());
    }
  }

  private void gauge() throws InterruptedException {
    try (Backlog backlog = new Backlog(kafka, Topic.REPO_BACKFILL, options.backfillerGroup())) {
      while (!threads.isStopping()) {
        try {
          gate.measured(backlog.measure());
        } catch (KafkaException e) {
          log.warn("{}: the backlog cannot be measured: {}", stream, e.toString());
        }
        threads.sleep(options.measureEvery());
      }
    }
  }

  private void sleepUntil(Instant time) throws InterruptedException {
    Duration left = Duration.between(now(), time);
    if (left.isPositive()) {
      threads.sleep(left);
    }
  }

  private Instant now() {
    return clock.instant();
  }
}
