package dev.millrace.connectors.ingest;

import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.retry.Backoff;
import dev.millrace.atproto.stream.ErrorMessage;
import dev.millrace.atproto.stream.ResumingStream;
import dev.millrace.atproto.stream.StreamClient;
import dev.millrace.atproto.stream.StreamEnd;
import dev.millrace.atproto.stream.StreamMessage;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a host's stream into the queue, over as many connections as it takes.
 *
 * <p>The listener's methods run on the connection's reader thread, one call at a time; a full queue
 * makes that thread wait, which holds the host back. A new connection goes on after what the queue
 * was given, not after what is committed: the queue outlives the connection.
 */
public final class StreamFeed implements ResumingStream.Listener {
  private static final Logger log = LoggerFactory.getLogger(StreamFeed.class);
  private static final Duration FIRST_WAIT = Duration.ofMillis(250);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

  private final String name;
  private final ResumingStream stream;
  private final FrameQueue<Received> queue;
  private final IngestMetrics metrics;
  private final boolean beginsAnew;
  private volatile @Nullable Long resumeAfter;
  private volatile boolean isConnected;

  /**
   * Nothing is opened yet.
   *
   * @param beginsAnew what a host has is read from its beginning if it no longer counts as far as
   *     it did; else that is for whoever takes the frames to end
   */
  public StreamFeed(
      String name,
      StreamClient client,
      URI endpoint,
      FrameQueue<Received> queue,
      IngestMetrics metrics,
      boolean beginsAnew) {
    this.name = name;
    this.stream =
        new ResumingStream(
            client, endpoint, new Backoff(FIRST_WAIT, LONGEST_WAIT, RandomGenerator.getDefault()));
    this.queue = queue;
    this.metrics = metrics;
    this.beginsAnew = beginsAnew;
  }

  /** Returns after {@link #stop}, or throws what went wrong with us, never with the host. */
  public void run(@Nullable Long cursor) throws InterruptedException {
    resumeAfter = cursor;
    try {
      stream.run(this, () -> resumeAfter);
    } finally {
      isConnected = false;
      queue.close();
    }
  }

  public void stop() {
    // A reader that waits for room would otherwise never return.
    queue.close();
    stream.stop();
  }

  boolean isConnected() {
    return isConnected;
  }

  @Override
  public void onConnected() {
    isConnected = true;
    log.info("{}: connected, after cursor {}", name, resumeAfter);
  }

  @Override
  public void onMessage(StreamMessage message, byte[] frame) {
    metrics.frame();
    if (!put(new Received.Message(message, frame))) {
      return;
    }
    Long cursor = message.cursor();
    if (cursor != null) {
      resumeAfter = cursor;
    } else if (beginsAnew
        && message instanceof ErrorMessage error
        && error.error().equals(ErrorMessage.FUTURE_CURSOR)) {
      // The host counts anew. What it has is read from its beginning; the translator, which gets
      // the same message in its turn, notes the gap.
      resumeAfter = 0L;
    }
  }

  @Override
  public void onBadFrame(byte[] frame, BadDataException problem) {
    metrics.frame();
    put(new Received.Bad(frame, problem));
  }

  @Override
  public void onDisconnected(StreamEnd end, Duration retryIn) {
    isConnected = false;
    metrics.hostFailure(end.reason().name().toLowerCase(Locale.ROOT).replace('_', '-'));
    log.warn("{}: {}; again in {} ms", name, end.detail(), retryIn.toMillis());
  }

  private boolean put(Received received) {
    try {
      return queue.put(received);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
