package dev.millrace.connectors.window;

import java.time.Duration;

/**
 * How many frames may be taken, over all workers together: so many, then a delay; and never more a
 * second than a rate. What was taken is paid for before the next is; who was late may make up for
 * one batch. Safe for use by several threads.
 */
public final class Pace {
  /** No delay and no rate. */
  public static final Pace UNLIMITED = new Pace(1, Duration.ZERO, 0);

  private final double nanosPerFrame;
  private final long credit;
  private long free = System.nanoTime();

  /**
   * Of whichever is slower.
   *
   * @param batchSize frames, after each of which
   * @param delay is waited
   * @param maxRate frames a second; 0 for any number
   */
  public Pace(int batchSize, Duration delay, double maxRate) {
    double byDelay = (double) delay.toNanos() / batchSize;
    this.credit = delay.toNanos();
    this.nanosPerFrame = Math.max(byDelay, maxRate > 0 ? 1e9 / maxRate : 0);
  }

  /** Frames a second; infinity if nothing is limited. */
  public double rate() {
    return 1e9 / nanosPerFrame;
  }

  /** Takes frames; returns how long they are to be waited for. */
  synchronized Duration take(int frames, long nowNanos) {
    if (nanosPerFrame == 0) {
      return Duration.ZERO;
    }
    free = Math.max(free, nowNanos - credit);
    long wait = Math.max(0, free - nowNanos);
    free += (long) (frames * nanosPerFrame);
    return Duration.ofNanos(wait);
  }
}
