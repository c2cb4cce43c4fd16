package dev.millrace.connectors.window;

import dev.millrace.atproto.stream.ErrorMessage;
import dev.millrace.atproto.stream.InfoMessage;
import dev.millrace.connectors.firehose.FirehoseTranslator;
import dev.millrace.connectors.ingest.FrameQueue;
import dev.millrace.connectors.ingest.PartThreads;
import dev.millrace.connectors.ingest.Received;
import dev.millrace.connectors.ingest.StreamFeed;
import dev.millrace.connectors.kafka.Batch;
import dev.millrace.connectors.kafka.TransactionalWriter;
import dev.millrace.schema.event.CursorValue;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads one stretch from where it is durable to its end: takes frames, has them checked, writes
 * their events with the cursor in one transaction, then tells how far it is.
 *
 * <p>{@link #read} belongs to one thread; the connection has one of its own, which a full queue
 * holds back.
 */
final class RangeReader {
  private static final long IDLE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
  private static final long FILL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long MOST_BATCH_BYTES = 8L << 20;
  private static final Duration LOOK_AT_SIGNATURES = Duration.ofMillis(50);
  private static final Duration STORED_AT_LEAST = Duration.ofSeconds(1);

  /** Is told how far it is, behind what is durable. */
  interface Progress {
    void advanced(WindowRange range) throws InterruptedException;

    void counted(int frames, FirehoseTranslator translator);
  }

  private final FrameQueue<Received> queue;
  private final StreamFeed feed;
  private final FirehoseTranslator translator;
  private final TransactionalWriter writer;
  private final Throttle throttle;
  private final PartThreads threads;
  private final Progress progress;
  private final int batchSize;
  private final Duration patience;
  private WindowRange range;
  private long storedNanos = System.nanoTime();
  private int framesSinceStored;
  private boolean isAtEnd;

  RangeReader(
      WindowRange range,
      FrameQueue<Received> queue,
      StreamFeed feed,
      FirehoseTranslator translator,
      TransactionalWriter writer,
      Throttle throttle,
      PartThreads threads,
      Progress progress,
      WindowOptions options) {
    this.range = range;
    this.queue = queue;
    this.feed = feed;
    this.translator = translator;
    this.writer = writer;
    this.throttle = throttle;
    this.threads = threads;
    this.progress = progress;
    this.batchSize = options.batchSize();
    this.patience = options.patience();
  }

  /**
   * Returns when all of it is durable.
   *
   * @throws WindowException if the relay no longer counts so far, or brings nothing for too long
   * @throws InterruptedException if the run is stopped
   */
  void read() throws InterruptedException {
    try (writer;
        translator) {
      long cursor = writer.open().map(RangeReader::number).orElse(range.start());
      range = range.at(cursor, null);
      translator.startAfter(cursor);
      if (cursor < range.end()) {
        try {
          // If it is not started, the run is stopping.
          threads.start("reader " + range.number(), () -> feed.run(cursor));
          readAll();
        } finally {
          feed.stop();
        }
      }
      range = range.done();
      progress.advanced(range);
    }
  }

  private static Long number(CursorValue committed) {
    String cursor = committed.cursor();
    if (cursor == null) {
      throw new IllegalStateException("a committed cursor without a number");
    }
    return Long.valueOf(cursor);
  }

  private void readAll() throws InterruptedException {
    long lastFrameNanos = System.nanoTime();
    while (!isAtEnd || !translator.isSettled()) {
      if (threads.isStopping()) {
        throw new InterruptedException("stopped");
      }
      throttle.awaitOpen(threads);
      List<Received> frames = isAtEnd ? List.of() : take();
      if (!frames.isEmpty()) {
        lastFrameNanos = System.nanoTime();
        throttle.await(frames.size(), threads);
      } else if (isAtEnd) {
        threads.sleep(LOOK_AT_SIGNATURES);
      } else if (throttle.holding() != null) {
        lastFrameNanos = System.nanoTime();
      } else if (System.nanoTime() - lastFrameNanos > patience.toNanos()) {
        throw new WindowException(
            "nothing came for %d s behind cursor %d, before the end at %d: the same command goes on"
                .formatted(patience.toSeconds(), range.cursor(), range.end()));
      }
      write(translator.translate(frames));
      progress.counted(events(frames), translator);
      framesSinceStored += frames.size();
      storeIfDue();
    }
    write(translator.finish());
    progress.counted(0, translator);
  }

  /** What is queued, up to the stretch's end. */
  private List<Received> take() throws InterruptedException {
    List<Received> frames = queue.take(batchSize, MOST_BATCH_BYTES, IDLE_NANOS, FILL_NANOS);
    for (int i = 0; i < frames.size(); i++) {
      if (frames.get(i) instanceof Received.Message(var message, var frame)) {
        requireKnown(message instanceof ErrorMessage error ? error : null);
        Long seq = message.cursor();
        if (seq != null && seq >= range.end()) {
          isAtEnd = true;
          return frames.subList(0, seq == range.end() ? i + 1 : i);
        }
      }
    }
    return frames;
  }

  /** Without what the relay says of the stream itself. */
  private static int events(List<Received> frames) {
    return (int)
        frames.stream()
            .filter(
                next ->
                    !(next instanceof Received.Message(var message, var frame)
                        && (message instanceof InfoMessage || message instanceof ErrorMessage)))
            .count();
  }

  private void requireKnown(@Nullable ErrorMessage error) {
    if (error != null && error.error().equals(ErrorMessage.FUTURE_CURSOR)) {
      throw new WindowException(
          ("the relay has not counted to cursor %d (FutureCursor), which it once had: it counts anew."
                  + " What is read is kept; begin another window with --days or --start-cursor")
              .formatted(range.cursor()));
    }
  }

  private void write(Batch batch) throws InterruptedException {
    if (!batch.isEmpty()) {
      writer.write(batch);
    }
  }

  /** Soon enough that no batch goes past what may lie between two. */
  private void storeIfDue() throws InterruptedException {
    Long reached = translator.reached();
    String newest = translator.newest();
    Instant time = newest == null ? null : FirehoseProbe.time(newest);
    range = range.at(reached == null ? range.cursor() : reached, time).withGap(gap());
    boolean isDue =
        framesSinceStored + batchSize > WindowOptions.MOST_FRAMES_APART
            || System.nanoTime() - storedNanos >= STORED_AT_LEAST.toNanos();
    if (isDue && framesSinceStored > 0) {
      storedNanos = System.nanoTime();
      framesSinceStored = 0;
      progress.advanced(range);
    }
  }

  private @Nullable String gap() {
    CursorValue gap = translator.gap();
    return gap == null
        ? null
        : "the relay no longer had what is between cursors %s and %s"
            .formatted(gap.from(), gap.cursor());
  }
}
