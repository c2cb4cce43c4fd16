package dev.millrace.connectors.kafka;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Waits between tries: doubling up to a cap, each wait drawn between half and the whole of it so
 * that many waiters do not come back at once.
 *
 * <p>Owned by one thread.
 */
public final class Backoff {
  private final long firstMillis;
  private final long capMillis;
  private long nextMillis;

  public Backoff(Duration first, Duration cap) {
    if (first.toMillis() < 1 || cap.compareTo(first) < 0) {
      throw new IllegalArgumentException("backoff from " + first + " to " + cap);
    }
    this.firstMillis = first.toMillis();
    this.capMillis = cap.toMillis();
    this.nextMillis = firstMillis;
  }

  /** Forgets the failures so far. */
  public void reset() {
    nextMillis = firstMillis;
  }

  /** How long to wait now; the next answer is longer. */
  public Duration next() {
    long whole = nextMillis;
    nextMillis = Math.min(capMillis, whole * 2);
    return Duration.ofMillis(
        whole - ThreadLocalRandom.current().nextLong(Math.max(1, whole / 2 + 1)));
  }

  public void pause() throws InterruptedException {
    Thread.sleep(next());
  }
}
