package dev.millrace.connectors.window;

import dev.millrace.atproto.identity.DidResolver;
import dev.millrace.atproto.stream.StreamClient;
import dev.millrace.connectors.firehose.FirehoseTranslator;
import dev.millrace.connectors.firehose.WindowChecks;
import dev.millrace.connectors.ingest.FrameQueue;
import dev.millrace.connectors.ingest.PartThreads;
import dev.millrace.connectors.ingest.Received;
import dev.millrace.connectors.ingest.StreamFeed;
import dev.millrace.connectors.kafka.CursorStore;
import dev.millrace.connectors.kafka.KafkaConnection;
import dev.millrace.connectors.kafka.TransactionalWriter;
import dev.millrace.connectors.kafka.WriteSteps;
import dev.millrace.connectors.sink.ReplayEnd;
import dev.millrace.connectors.trim.Logs;
import dev.millrace.schema.event.CursorKey;
import dev.millrace.schema.topic.Topic;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import javax.sql.DataSource;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a window of a relay's firehose into {@code firehose_backfill}: decides where it begins and
 * ends, or goes on with one that is unfinished; has workers read its stretches, the lowest first;
 * and ends when all is durable.
 *
 * <p>Owned by the thread that calls {@link #run}.
 */
public final class WindowRun {
  private static final Logger log = LoggerFactory.getLogger(WindowRun.class);
  private static final String SUBSCRIBE = "/xrpc/com.atproto.sync.subscribeRepos";
  private static final Duration TELL = Duration.ofMillis(200);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
  private static final int MOST_FRAMES = 2_000;
  private static final long MOST_BYTES = 16L << 20;

  private final KafkaConnection kafka;
  private final DataSource database;
  private final StreamClient client;
  private final DidResolver resolver;
  private final MeterRegistry meters;
  private final Throttle throttle;
  private final Clock clock;
  private final WriteSteps steps;

  /**
   * Reads nothing yet.
   *
   * @param resolver with a cache; it is asked beside the reading only
   */
  public WindowRun(
      KafkaConnection kafka,
      DataSource database,
      StreamClient client,
      DidResolver resolver,
      MeterRegistry meters,
      Throttle throttle) {
    this(kafka, database, client, resolver, meters, throttle, Clock.systemUTC(), WriteSteps.NONE);
  }

  /** The same under another clock, and telling of each durable boundary. */
  public WindowRun(
      KafkaConnection kafka,
      DataSource database,
      StreamClient client,
      DidResolver resolver,
      MeterRegistry meters,
      Throttle throttle,
      Clock clock,
      WriteSteps steps) {
    this.kafka = kafka;
    this.database = database;
    this.client = client;
    this.resolver = resolver;
    this.meters = meters;
    this.throttle = throttle;
    this.clock = clock;
    this.steps = steps;
  }

  /**
   * Returns when all is read, or soon after a stop was asked for.
   *
   * @throws WindowException if it cannot be read, or not on; what is read is kept
   */
  public WindowEnd run(WindowOptions options, WindowListener listener, BooleanSupplier stop)
      throws InterruptedException {
    try (WindowStore store = WindowStore.open(database, options.service())) {
      WindowPlan plan = plan(options, store, listener);
      WindowState state = new WindowState(plan.ranges());
      boolean isFinished =
          state.unfinished().isEmpty() || read(options, plan, store, state, listener, stop);
      if (isFinished && !plan.finished()) {
        finish(plan, store);
      }
      WindowProgress progress = state.progress(null);
      listener.progress(progress);
      return new WindowEnd(isFinished, state.gaps(), progress);
    } catch (SQLException e) {
      throw new WindowException("Postgres: " + e.getMessage(), e);
    }
  }

  private WindowPlan plan(WindowOptions options, WindowStore store, WindowListener listener)
      throws InterruptedException {
    Optional<WindowPlan> last = store.load(options.relay().name());
    if (last.isPresent() && goesOn(options, last.get(), listener)) {
      return last.get();
    }
    if (options.resumes()) {
      throw new WindowException(
          "nothing to resume: service '%s' has no window of %s"
              .formatted(options.service(), options.relay()));
    }
    FirehoseProbe probe = new FirehoseProbe(client, endpoint(options));
    WindowBounds.Found found =
        new WindowBounds(probe, options, clock)
            .find(
                options.endCursor() == null
                    ? LiveBeginning.of(kafka, options.relay().name())
                    : null);
    found.notes().forEach(listener::note);
    log.info(
        "{}: from cursor {} to {}, found by asking {} times",
        options.relay(),
        found.start(),
        found.end(),
        probe.count());
    WindowPlan plan =
        new WindowPlan(
            options.service(),
            options.relay().name(),
            options.asked(),
            clock.instant(),
            false,
            WindowPlan.cut(found.start(), found.end(), found.oldest() - 1, options.workers()));
    store.begin(plan, options.cursorName());
    return plan;
  }

  private static boolean goesOn(WindowOptions options, WindowPlan last, WindowListener listener) {
    boolean isAsked =
        (options.days() == null && options.startCursor() == null)
            || last.asked().equals(options.asked());
    if (options.resumes()) {
      if (!isAsked) {
        throw new WindowException(
            "the last window of service '%s' is of %s, not of %s: leave them out, or --resume"
                .formatted(options.service(), last.asked(), options.asked()));
      }
      listener.note(
          last.finished()
              ? "the window of %s, begun at %s, is finished".formatted(last.asked(), last.begun())
              : "going on with the window of %s, begun at %s"
                  .formatted(last.asked(), last.begun()));
      return true;
    }
    if (last.finished()) {
      if (options.isOnce() && isAsked) {
        listener.note(
            "the window of %s, begun at %s, is finished: nothing to do"
                .formatted(last.asked(), last.begun()));
        return true;
      }
      return false;
    }
    listener.note(
        isAsked
            ? "going on with the window of %s, begun at %s".formatted(last.asked(), last.begun())
            : "the unfinished window of %s, begun at %s, is given up for this one"
                .formatted(last.asked(), last.begun()));
    return isAsked;
  }

  /** Returns whether all was read; false if it was stopped. */
  private boolean read(
      WindowOptions options,
      WindowPlan plan,
      WindowStore store,
      WindowState state,
      WindowListener listener,
      BooleanSupplier stop)
      throws InterruptedException {
    PartThreads threads = new PartThreads(options.service() + " " + options.relay());
    WindowChecks checks =
        new WindowChecks(plan.relay(), options.scope(), plan.begun(), resolver, meters, clock);
    Queue<WindowRange> unread = new ConcurrentLinkedQueue<>(state.unfinished());
    int workers = Math.min(options.workers(), unread.size());
    for (int i = 0; i < workers; i++) {
      threads.start(
          "worker " + i,
          () -> {
            for (WindowRange next = unread.poll(); next != null; next = unread.poll()) {
              reader(next, options, plan, store, state, checks, threads).read();
            }
          });
    }
    try {
      while (!state.unfinished().isEmpty()) {
        if (stop.getAsBoolean()) {
          return false;
        }
        if (hasFailed(threads)) {
          throw new IllegalStateException("workers ended before their work did");
        }
        listener.progress(state.progress(throttle.holding()));
      }
      return true;
    } finally {
      if (!threads.stop(STOP_LIMIT)) {
        log.warn("{}: not everything stopped within {}", options.service(), STOP_LIMIT);
      }
    }
  }

  /** Waits a moment for the workers; throws what one of them died of. */
  private static boolean hasFailed(PartThreads threads) throws InterruptedException {
    try {
      threads.ended().toCompletableFuture().get(TELL.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof WindowException known
          ? known
          : new WindowException(
              "a worker failed (%s): what is read is kept, the same command goes on"
                  .formatted(e.getCause()),
              e);
    }
  }

  private RangeReader reader(
      WindowRange range,
      WindowOptions options,
      WindowPlan plan,
      WindowStore store,
      WindowState state,
      WindowChecks checks,
      PartThreads threads) {
    CursorKey key = plan.key(range);
    FrameQueue<Received> queue = new FrameQueue<>(MOST_FRAMES, MOST_BYTES / options.workers());
    return new RangeReader(
        range,
        queue,
        new StreamFeed(key.toString(), client, endpoint(options), queue, checks.metrics(), false),
        checks.translator(key),
        new TransactionalWriter(kafka, key, meters, steps),
        throttle,
        threads,
        new RangeReader.Progress() {
          @Override
          public void advanced(WindowRange now) throws InterruptedException {
            // One at a time, or the lowest place of a moment ago would be written last.
            synchronized (store) {
              state.put(now);
              store.advance(
                  plan.relay(),
                  now,
                  options.cursorName(),
                  state.lowest().cursor(),
                  state.eventTime());
            }
          }

          @Override
          public void counted(int frames, FirehoseTranslator translator) {
            state.count(frames, translator.takeTally());
          }
        },
        options);
  }

  private void finish(WindowPlan plan, WindowStore store) throws InterruptedException {
    store.finish(plan.relay(), ReplayEnd.noted(ends()));
    try {
      new CursorStore(kafka).reset(plan.ranges().stream().map(plan::key).toList(), meters);
    } catch (KafkaException e) {
      // They are of this window alone and do no harm.
      log.warn("cursors of a window that is finished stay behind: {}", e.getMessage());
    }
  }

  private Map<Integer, Map<Topic, Long>> ends() throws InterruptedException {
    Map<Integer, Map<Topic, Long>> ends = new HashMap<>();
    try (Admin admin = Admin.create(kafka.admin())) {
      Logs logs = new Logs(admin);
      for (Map.Entry<TopicPartition, Long> end :
          logs.ends(logs.partitions(List.of(Topic.FIREHOSE_BACKFILL.topicName()))).entrySet()) {
        ends.put(end.getKey().partition(), Map.of(Topic.FIREHOSE_BACKFILL, end.getValue()));
      }
    }
    return ends;
  }

  private static URI endpoint(WindowOptions options) {
    return URI.create(options.relay().webSocket() + SUBSCRIBE);
  }
}
