package dev.millrace.connectors.ingest;

import java.time.Duration;

/**
 * How frames are cut into batches, and how many may wait for it.
 *
 * @param maxFrames in a batch (one transaction)
 * @param maxWait after a batch's first frame until it is written, full or not, while the stream is
 *     behind (the batch before was full); while it is live, {@link #LIVE_WAIT} if that is less
 * @param queueFrames read off the socket and not yet in a batch; then reading stops
 * @param queueBytes the same in bytes of frames
 */
public record BatchLimits(int maxFrames, Duration maxWait, int queueFrames, long queueBytes) {
  /** Leaves half of the 100 ms that live may take for checking and committing. */
  public static final Duration LIVE_WAIT = Duration.ofMillis(50);

  /** A batch is cut here too: checked, it is held in memory as JSON beside its frames. */
  static final long MAX_BATCH_BYTES = 16L << 20;

  public static final BatchLimits DEFAULT =
      new BatchLimits(500, Duration.ofSeconds(1), 20_000, 64L << 20);

  public BatchLimits {
    if (maxFrames < 1 || maxFrames > 100_000) {
      throw new IllegalArgumentException(
          "batch size is " + maxFrames + ", must be 1 to 100000 frames");
    }
    if (maxWait.toMillis() < 1 || maxWait.compareTo(Duration.ofMinutes(1)) > 0) {
      throw new IllegalArgumentException(
          "batch timeout is " + maxWait.toMillis() + " ms, must be 1 to 60000");
    }
    if (queueFrames < 1 || queueBytes < 1) {
      throw new IllegalArgumentException(
          "queue of " + queueFrames + " frames and " + queueBytes + " bytes, must be at least 1");
    }
  }

  public BatchLimits batches(int frames, Duration wait) {
    return new BatchLimits(frames, wait, queueFrames, queueBytes);
  }

  Duration wait(boolean isBehind) {
    return !isBehind && maxWait.compareTo(LIVE_WAIT) > 0 ? LIVE_WAIT : maxWait;
  }
}
