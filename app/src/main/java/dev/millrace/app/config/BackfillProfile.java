package dev.millrace.app.config;

import java.util.Locale;

/**
 * How much of this machine, of Kafka and of the relay a windowed backfill takes.
 *
 * @see WindowOptions
 */
public enum BackfillProfile {
  /** Beside anything: 2.5 events a second. */
  CONSERVATIVE(5, 2_000, 2, 512),
  /** 40 events a second. */
  MODERATE(20, 500, 5, 1_024),
  /** 1,000 events a second. */
  AGGRESSIVE(100, 100, 10, 2_048);

  private final int batchSize;
  private final int batchDelayMs;
  private final int workers;
  private final int maxMemoryMb;

  BackfillProfile(int batchSize, int batchDelayMs, int workers, int maxMemoryMb) {
    this.batchSize = batchSize;
    this.batchDelayMs = batchDelayMs;
    this.workers = workers;
    this.maxMemoryMb = maxMemoryMb;
  }

  /** As its settings. */
  public BackfillThrottle throttle() {
    return new BackfillThrottle(batchSize, batchDelayMs, workers, maxMemoryMb, true, 0);
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
