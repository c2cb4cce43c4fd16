package dev.millrace.connectors.identity;

import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.identity.DirectoryLimits;
import dev.millrace.atproto.identity.PlcLine;
import dev.millrace.atproto.retry.Backoff;
import dev.millrace.atproto.xrpc.XrpcClient;
import dev.millrace.atproto.xrpc.XrpcException;
import dev.millrace.connectors.ingest.IngestMetrics;
import dev.millrace.connectors.ingest.IngestPart;
import dev.millrace.connectors.ingest.PartThreads;
import dev.millrace.connectors.kafka.Batch;
import dev.millrace.connectors.kafka.KafkaConnection;
import dev.millrace.connectors.kafka.TransactionalWriter;
import dev.millrace.connectors.kafka.WriteSteps;
import dev.millrace.schema.event.CursorKey;
import dev.millrace.schema.event.CursorValue;
import dev.millrace.schema.event.DeadLetter;
import dev.millrace.schema.event.EventCodec;
import dev.millrace.schema.event.PlcIdentity;
import dev.millrace.schema.topic.Topic;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.random.RandomGenerator;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Mirrors a PLC directory's {@code /export} to {@code plc_identities}: of each page the last
 * operation of each DID, and the cursor after it, in one transaction. After the end it looks again
 * at intervals.
 *
 * <p>A line that cannot be read is set aside; where its DID is known, what was mirrored of the DID
 * is forgotten, since it may be outdated now.
 *
 * <p>One thread, which asks, writes and waits.
 */
public final class IdentityMirror implements IngestPart {
  private static final Logger log = LoggerFactory.getLogger(IdentityMirror.class);
  private static final int LOG_EVERY = 100_000;

  /** A page of a thousand operations of the largest size, twice. */
  private static final int MOST_PAGE_BYTES = 16 << 20;

  private final IdentityMirrorOptions options;
  private final HttpUrl export;
  private final XrpcClient http;
  private final DirectoryLimits limits;
  private final Clock clock;
  private final CursorKey stream;
  private final IngestMetrics metrics;
  private final TransactionalWriter writer;
  private final PartThreads threads;
  private final Backoff backoff;
  private final Duration pace;
  private @Nullable String eventTime;
  private boolean isDone;
  private long processed;
  private volatile boolean answers;

  private IdentityMirror(
      IdentityMirrorOptions options,
      KafkaConnection kafka,
      XrpcClient http,
      DirectoryLimits limits,
      MeterRegistry meters,
      Clock clock,
      WriteSteps steps) {
    HttpUrl directory = HttpUrl.get(options.directory());
    if (directory == null) {
      throw new IllegalArgumentException("no http or https URL: " + options.directory());
    }
    this.options = options;
    this.export = directory.newBuilder().addPathSegment("export").build();
    this.http = http;
    this.limits = limits;
    this.clock = clock;
    this.stream = options.stream();
    this.metrics = new IngestMetrics(meters, stream);
    this.writer = new TransactionalWriter(kafka, stream, meters, steps);
    this.threads = new PartThreads(stream.toString());
    this.backoff =
        new Backoff(options.firstWait(), options.longestWait(), RandomGenerator.getDefault());
    this.pace = Duration.ofNanos(options.rate().spacingMicros(1) * 1_000);
  }

  /**
   * Starts the thread and returns.
   *
   * @param limits of the directory, shared with all in this process who ask it
   */
  public static IdentityMirror start(
      IdentityMirrorOptions options,
      KafkaConnection kafka,
      XrpcClient http,
      DirectoryLimits limits,
      MeterRegistry meters) {
    return start(options, kafka, http, limits, meters, Clock.systemUTC(), WriteSteps.NONE);
  }

  /** The same under another clock, and telling of each durable boundary. */
  public static IdentityMirror start(
      IdentityMirrorOptions options,
      KafkaConnection kafka,
      XrpcClient http,
      DirectoryLimits limits,
      MeterRegistry meters,
      Clock clock,
      WriteSteps steps) {
    IdentityMirror mirror = new IdentityMirror(options, kafka, http, limits, meters, clock, steps);
    mirror.threads.startAsking("mirror", mirror::mirror);
    return mirror;
  }

  @Override
  public String name() {
    return stream.toString();
  }

  @Override
  public boolean ready() {
    return answers && writer.ready();
  }

  @Override
  public CompletionStage<Void> ended() {
    return threads.ended();
  }

  @Override
  public boolean close(Duration limit) {
    return threads.stop(limit);
  }

  private void mirror() throws InterruptedException {
    try (writer) {
      Optional<CursorValue> saved = writer.open();
      eventTime = saved.map(CursorValue::eventTime).orElse(null);
      ExportWalk walk =
          new ExportWalk(
              ExportPosition.of(saved.map(CursorValue::cursor).orElse(null)), options.pageSize());
      while (!threads.isStopping()) {
        threads.sleep(turn(walk));
      }
    }
  }

  /** Asks once; how long to wait before the next time. */
  private Duration turn(ExportWalk walk) throws InterruptedException {
    ExportWalk.Ask ask = walk.next();
    ExportWalk.Step step;
    try {
      step = walk.take(page(ask));
    } catch (XrpcException e) {
      boolean isRefusal = e.status() >= 400 && !e.passing();
      ExportWalk.Step instead = isRefusal ? walk.refused() : null;
      if (instead == null) {
        return failed(ask, e.reason(), e.getMessage(), e.retryAfter());
      }
      step = instead;
    } catch (BadDataException e) {
      boolean isTooBig = e.reason().equals("too-big");
      ExportWalk.Step instead =
          isTooBig && ask.count() > options.pageSize() ? walk.refused() : null;
      if (instead == null) {
        if (isTooBig) {
          walk.halve();
        }
        return failed(ask, e.reason(), e.getMessage(), null);
      }
      step = instead;
    }
    answers = true;
    backoff.reset();
    write(walk.position(), step);
    if (!step.isEnd()) {
      return pace;
    }
    walk.lookAgain();
    return options.lookAgain();
  }

  private ExportPage page(ExportWalk.Ask ask) throws XrpcException {
    HttpUrl.Builder url = export.newBuilder();
    url.addQueryParameter("count", String.valueOf(ask.count()));
    if (ask.after() != null) {
      url.addQueryParameter("after", ask.after());
    }
    URI uri = url.build().uri();
    String body = limits.ask(uri, () -> http.getText(uri, MOST_PAGE_BYTES));
    return ExportPage.of(body, stream.host());
  }

  private Duration failed(
      ExportWalk.Ask ask, String reason, @Nullable String message, @Nullable Duration retryAfter) {
    answers = false;
    metrics.hostFailure(reason);
    Duration wait = backoff.next();
    if (retryAfter != null && retryAfter.compareTo(wait) > 0) {
      wait = retryAfter;
    }
    log.warn("{}: after {}: {}; again in {} ms", stream, ask.after(), message, wait.toMillis());
    return wait;
  }

  private void write(ExportPosition position, ExportWalk.Step step) throws InterruptedException {
    if (step.fresh().isEmpty() && step.passedBy() == null && (!step.isEnd() || isDone)) {
      return;
    }
    Batch batch = new Batch();
    Map<String, Optional<PlcIdentity>> last = new LinkedHashMap<>();
    step.fresh().forEach(line -> read(line, last, batch));
    last.forEach(
        (did, identity) ->
            identity.ifPresentOrElse(
                known -> batch.add(Topic.PLC_IDENTITIES, did, EventCodec.encode(known)),
                () -> batch.forget(Topic.PLC_IDENTITIES, did)));
    if (step.passedBy() != null) {
      passedBy(step.passedBy(), batch);
    }
    batch.cursor(
        stream,
        new CursorValue(
            position.cursor(), null, eventTime, step.isEnd(), Instant.now(clock).toString()));
    writer.write(batch);
    isDone = step.isEnd();
    metrics.events("identity", last.size());
    count(step.fresh(), position);
  }

  private void read(ExportPage.Line line, Map<String, Optional<PlcIdentity>> last, Batch batch) {
    PlcLine read = line.read();
    if (read == null) {
      setAside(line, null, line.problem(), batch);
      return;
    }
    eventTime = read.createdAt().toString();
    if (read.nullified()) {
      metrics.dropped("nullified");
      return;
    }
    String did = read.did().value();
    try {
      last.put(did, Optional.of(PlcIdentity.of(read)));
    } catch (BadDataException e) {
      setAside(line, did, e, batch);
      last.put(did, Optional.empty());
    }
  }

  private void setAside(
      ExportPage.Line line, @Nullable String did, @Nullable BadDataException problem, Batch batch) {
    String reason = problem == null ? "plc-line" : problem.reason();
    batch.add(
        DeadLetter.of(reason, line.text().getBytes(StandardCharsets.UTF_8))
            .did(did)
            .host(stream.host())
            .ofIdentities()
            .exception(problem == null ? null : problem.toString()));
    metrics.deadLetter(reason);
  }

  /** What is missing is not known; its DIDs are looked up like those that are not mirrored. */
  private void passedBy(String time, Batch batch) {
    log.error("{}: a page is full of {} and a larger one gives no more; passed by", stream, time);
    batch.add(
        DeadLetter.of("plc-time-full", time.getBytes(StandardCharsets.UTF_8))
            .host(stream.host())
            .ofIdentities()
            .exception("a page is full of this time, and a larger one gives no more"));
    metrics.deadLetter("plc-time-full");
  }

  /** Since the start of this process. */
  private void count(List<ExportPage.Line> fresh, ExportPosition position) {
    long before = processed;
    processed += fresh.size();
    if (processed / LOG_EVERY > before / LOG_EVERY) {
      log.info("{}: Processed {} operations, cursor: {}", stream, processed, position.cursor());
    }
  }
}
