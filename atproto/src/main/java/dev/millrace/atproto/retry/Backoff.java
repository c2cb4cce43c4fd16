package dev.millrace.atproto.retry;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Waits that double from attempt to attempt up to a cap, each spread by chance over its upper half,
 * so that many who failed together do not come back together. Not thread-safe: one thread's own.
 */
public final class Backoff {
  private final Duration first;
  private final Duration cap;
  private final RandomGenerator random;
  private int failures;

  /**
   * @param first the longest first wait, at least 1 ms
   * @param cap the longest wait ever, at least {@code first}
   */
  public Backoff(Duration first, Duration cap, RandomGenerator random) {
    if (first.toMillis() < 1 || cap.compareTo(first) < 0) {
      throw new IllegalArgumentException("a backoff from " + first + " to " + cap);
    }
    this.first = first;
    this.cap = cap;
    this.random = random;
  }

  /** The wait after one more failure. */
  public Duration next() {
    long bound = Doubling.of(first, cap, failures).toMillis();
    failures++;
    return Duration.ofMillis(bound - random.nextLong(bound / 2 + 1));
  }

  /** The number of waits given since the last success. */
  public int failures() {
    return failures;
  }

  /** After a success: the next wait is a first one again. */
  public void reset() {
    failures = 0;
  }
}
