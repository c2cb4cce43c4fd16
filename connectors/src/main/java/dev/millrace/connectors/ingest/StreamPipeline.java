package dev.millrace.connectors.ingest;

import dev.millrace.atproto.stream.StreamClient;
import dev.millrace.connectors.kafka.Batch;
import dev.millrace.connectors.kafka.TransactionalWriter;
import dev.millrace.schema.event.CursorKey;
import dev.millrace.schema.event.CursorValue;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A host's stream from the socket to Kafka.
 *
 * <pre>
 *   reader ──► queue of frames ──► preparer ──► one batch ──► writer
 * </pre>
 *
 * <p>The reader thread waits on the connection, the preparer makes a batch of what is queued while
 * the writer commits the one before. Each place between them is bounded, so a slow Kafka holds the
 * host back and nothing is dropped.
 */
public final class StreamPipeline implements IngestPart {
  private static final long IDLE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
  private static final long HAND_OVER_MILLIS = 200;

  private final CursorKey stream;
  private final BatchLimits limits;
  private final Translator translator;
  private final TransactionalWriter writer;
  private final @Nullable Long firstCursor;
  private final FrameQueue<Received> queue;
  private final StreamFeed feed;
  private final PartThreads threads;
  private final BlockingQueue<Batch> prepared = new ArrayBlockingQueue<>(1);
  private volatile boolean hasPreparedAll;

  /**
   * Nothing is started yet.
   *
   * @param firstCursor where to begin if no cursor is committed; null for the tip, 0 for the oldest
   */
  public StreamPipeline(
      CursorKey stream,
      StreamClient client,
      URI endpoint,
      BatchLimits limits,
      @Nullable Long firstCursor,
      Translator translator,
      TransactionalWriter writer,
      IngestMetrics metrics) {
    this.stream = stream;
    this.limits = limits;
    this.translator = translator;
    this.writer = writer;
    this.firstCursor = firstCursor;
    this.queue = new FrameQueue<>(limits.queueFrames(), limits.queueBytes());
    this.feed = new StreamFeed(stream.toString(), client, endpoint, queue, metrics, true);
    this.threads = new PartThreads(stream.toString());
    metrics.gauge("millrace.ingest.queue.frames", "frames not yet in a batch", queue::size);
    metrics.gauge("millrace.ingest.queue.bytes", "bytes of frames not in a batch", queue::bytes);
  }

  public void start() {
    threads.start("writer", this::write);
  }

  private void write() throws InterruptedException {
    try (writer) {
      Long cursor = openAndStart();
      if (!threads.start("preparer", () -> prepare(cursor))) {
        translator.close();
        return;
      }
      // If this one no longer starts, the preparer finds the part stopping.
      threads.start("reader", () -> feed.run(cursor));
      while (true) {
        boolean isLast = hasPreparedAll;
        Batch batch = prepared.poll(HAND_OVER_MILLIS, TimeUnit.MILLISECONDS);
        if (batch != null) {
          writer.write(batch);
        } else if (isLast) {
          return;
        }
      }
    }
  }

  private @Nullable Long openAndStart() throws InterruptedException {
    try {
      Long cursor = position(writer.open().map(CursorValue::cursor).orElse(null));
      translator.startAfter(cursor);
      return cursor;
    } catch (RuntimeException | InterruptedException e) {
      translator.close();
      throw e;
    }
  }

  private @Nullable Long position(@Nullable String committed) {
    if (committed == null) {
      return firstCursor;
    }
    try {
      return Long.valueOf(committed);
    } catch (NumberFormatException e) {
      throw new IllegalStateException(
          "the committed cursor of " + stream + " is '" + committed + "', must be a number", e);
    }
  }

  private void prepare(@Nullable Long cursor) throws InterruptedException {
    try (translator) {
      prepareAll(cursor);
    }
    hasPreparedAll = true;
  }

  private void prepareAll(@Nullable Long cursor) throws InterruptedException {
    boolean isBehind = false;
    boolean isAtTip = cursor == null;
    while (!threads.isStopping()) {
      List<Received> frames =
          queue.take(
              limits.maxFrames(),
              BatchLimits.MAX_BATCH_BYTES,
              IDLE_NANOS,
              limits.wait(isBehind).toNanos());
      // A full batch means that more is waiting; else the host has nothing older to send.
      isBehind = frames.size() == limits.maxFrames();
      if (isAtTip) {
        isAtTip = !handBeginning(frames);
      }
      hand(translator.translate(frames));
    }
    // Frames still queued are behind the cursor and come again.
    hand(translator.finish());
  }

  /**
   * Where a stream begins at its tip, the place is written before anything of it is worked on: a
   * crash before the first batch then forgets nothing.
   *
   * @return whether one of the frames had a number
   */
  private boolean handBeginning(List<Received> frames) throws InterruptedException {
    for (Received next : frames) {
      Long first =
          next instanceof Received.Message(var message, var frame) ? message.cursor() : null;
      if (first != null) {
        Batch beginning = new Batch();
        beginning.cursor(
            stream,
            CursorValue.at(String.valueOf(Math.max(0, first - 1)), null, Instant.now().toString()));
        hand(beginning);
        return true;
      }
    }
    return false;
  }

  private void hand(Batch batch) throws InterruptedException {
    if (!batch.isEmpty()) {
      prepared.put(batch);
    }
  }

  @Override
  public String name() {
    return stream.toString();
  }

  @Override
  public boolean ready() {
    return feed.isConnected() && writer.ready();
  }

  @Override
  public CompletionStage<Void> ended() {
    return threads.ended();
  }

  @Override
  public boolean close(Duration limit) {
    threads.stopSoon();
    feed.stop();
    return threads.stop(limit);
  }
}
