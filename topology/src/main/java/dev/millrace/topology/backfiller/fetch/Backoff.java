package dev.millrace.topology.backfiller.fetch;

import dev.millrace.atproto.retry.Doubling;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * When a failed attempt is made again.
 *
 * @param first the pause after the first failure; doubled by each further one
 * @param max and at most
 * @param maxAttempts failures of one repo until it is set aside
 * @param maxHopelessAttempts the same where asking again hardly helps: no DID document, say
 */
public record Backoff(Duration first, Duration max, int maxAttempts, int maxHopelessAttempts) {
  /** In all about three hours, most of it in the last attempts. */
  public static final Backoff DEFAULT =
      new Backoff(Duration.ofSeconds(15), Duration.ofHours(1), 10, 3);

  private static final int HOPELESS = 6;

  public Backoff {
    if (first.isNegative() || first.isZero() || max.compareTo(first) < 0) {
      throw new IllegalArgumentException("a backoff from %s to %s".formatted(first, max));
    }
    if (maxAttempts < 1 || maxHopelessAttempts < 1) {
      throw new IllegalArgumentException(
          "attempts must be at least 1, are %d and %d".formatted(maxAttempts, maxHopelessAttempts));
    }
  }

  /** The least pause where asking again hardly helps: what else there is to fetch goes first. */
  public Duration hopeless() {
    return first.multipliedBy(HOPELESS);
  }

  /**
   * The pause after so many failures (1 is the first), with up to half of it in jitter; never
   * shorter than the host asked for.
   */
  public Duration after(int failures, Duration atLeast) {
    Duration pause = Doubling.of(first, max, failures - 1);
    if (pause.compareTo(atLeast) < 0) {
      pause = atLeast;
    }
    return pause.plusMillis(ThreadLocalRandom.current().nextLong(pause.toMillis() / 2 + 1));
  }
}
