package dev.millrace.connectors.repolist;

import dev.millrace.connectors.ingest.IngestMetrics;
import dev.millrace.connectors.ingest.IngestPart;
import dev.millrace.connectors.ingest.IngestScope;
import dev.millrace.connectors.ingest.PartThreads;
import dev.millrace.connectors.kafka.Batch;
import dev.millrace.connectors.kafka.CursorStore;
import dev.millrace.connectors.kafka.KafkaConnection;
import dev.millrace.connectors.kafka.TransactionalWriter;
import dev.millrace.connectors.kafka.WriteSteps;
import dev.millrace.schema.event.CursorKey;
import dev.millrace.schema.event.CursorValue;
import dev.millrace.schema.event.EventCodec;
import dev.millrace.schema.event.RepoRequest;
import dev.millrace.schema.event.Scope;
import dev.millrace.schema.topic.Topic;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the operator names the repos: asks for them on {@code repo_requests} with reason {@code
 * operator}, instead of listing a relay. Once for one choice of DIDs and collections, however often
 * it is started: the cursor {@code repos:operator} holds the hash of the choice that was written. A
 * changed choice is asked for whole; so is the same one after a gap in a firehose.
 *
 * <p>One thread: it writes the requests, then looks for gaps at intervals.
 */
public final class RequestedRepos implements IngestPart {
  public static final CursorKey STREAM = new CursorKey(CursorKey.Stream.REPOS, "operator");

  private static final Logger log = LoggerFactory.getLogger(RequestedRepos.class);
  private static final String REASON = "operator";
  private static final Duration LOOK_FOR_GAPS = Duration.ofSeconds(15);

  private final IngestScope scope;
  private final IngestMetrics metrics;
  private final TransactionalWriter writer;
  private final CursorStore cursors;
  private final Clock clock;
  private final Duration lookForGaps;
  private final PartThreads threads = new PartThreads(STREAM.toString());
  private volatile boolean isWritten;

  private RequestedRepos(
      IngestScope scope,
      KafkaConnection kafka,
      MeterRegistry meters,
      Clock clock,
      Duration lookForGaps) {
    if (scope.dids().isEmpty()) {
      throw new IllegalArgumentException("no DIDs are named");
    }
    this.scope = scope;
    this.metrics = new IngestMetrics(meters, STREAM);
    this.writer = new TransactionalWriter(kafka, STREAM, meters, WriteSteps.NONE);
    this.cursors = new CursorStore(kafka);
    this.clock = clock;
    this.lookForGaps = lookForGaps;
  }

  /** Starts the thread and returns. */
  public static RequestedRepos start(
      IngestScope scope, KafkaConnection kafka, MeterRegistry meters) {
    return start(scope, kafka, meters, LOOK_FOR_GAPS);
  }

  static RequestedRepos start(
      IngestScope scope, KafkaConnection kafka, MeterRegistry meters, Duration lookForGaps) {
    RequestedRepos producer =
        new RequestedRepos(scope, kafka, meters, Clock.systemUTC(), lookForGaps);
    producer.threads.start("writer", producer::request);
    return producer;
  }

  private void request() throws InterruptedException {
    try (writer) {
      String choice = fingerprint();
      CursorValue saved = writer.open().orElse(null);
      Instant asked;
      if (saved != null && choice.equals(saved.cursor())) {
        log.info("{}: these {} repos were asked for before", STREAM, scope.dids().size());
        asked = Instant.parse(saved.updatedAt());
      } else {
        asked = ask(choice);
      }
      isWritten = true;
      while (true) {
        if (hasGapSince(asked)) {
          log.info("{}: a firehose had a gap since, asking again", STREAM);
          asked = ask(choice);
        }
        threads.sleep(lookForGaps);
      }
    }
  }

  /** What was noted while the requests were on their way counts as after them. */
  private Instant ask(String choice) throws InterruptedException {
    Instant now = clock.instant();
    writer.write(requests(choice, now.toString()));
    metrics.events("request", scope.dids().size());
    log.info("{}: asked for {} repos", STREAM, scope.dids().size());
    return now;
  }

  private boolean hasGapSince(Instant asked) {
    try {
      return cursors.list().entrySet().stream()
          .filter(cursor -> isOfFirehose(cursor.getKey()))
          .anyMatch(gap -> Instant.parse(gap.getValue().updatedAt()).isAfter(asked));
    } catch (KafkaException e) {
      log.warn("{}: the gaps cannot be read, looking again later: {}", STREAM, e.toString());
      return false;
    }
  }

  private static boolean isOfFirehose(CursorKey key) {
    return key.stream() == CursorKey.Stream.GAP
        && CursorKey.parse(key.host()).stream() == CursorKey.Stream.FIREHOSE;
  }

  private Batch requests(String choice, String now) {
    Scope wanted = scope.ofRequests();
    Batch batch = new Batch();
    for (String did : scope.dids()) {
      batch.add(
          Topic.REPO_REQUESTS,
          did,
          EventCodec.encode(new RepoRequest(did, REASON, wanted, null, null, now)));
      metrics.request(REASON);
    }
    batch.cursor(STREAM, new CursorValue(choice, null, null, true, now));
    return batch;
  }

  private String fingerprint() {
    List<String> parts =
        List.of(
            String.join(" ", scope.dids().stream().sorted().toList()),
            String.join(" ", scope.collections().stream().sorted().toList()));
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(String.join("\n", parts).getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  @Override
  public String name() {
    return STREAM.toString();
  }

  @Override
  public boolean ready() {
    return isWritten;
  }

  @Override
  public CompletionStage<Void> ended() {
    return threads.ended();
  }

  @Override
  public boolean close(Duration limit) {
    return threads.stop(limit);
  }
}
