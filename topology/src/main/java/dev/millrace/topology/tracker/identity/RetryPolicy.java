package dev.millrace.topology.tracker.identity;

import dev.millrace.atproto.retry.Doubling;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * When a DID that could not be resolved is tried again.
 *
 * @param first the pause after the first failure; doubled by each further one
 * @param max and at most
 * @param giveUpAfter how long it is tried at all
 */
public record RetryPolicy(Duration first, Duration max, Duration giveUpAfter) {
  /** About twenty tries in three days. */
  public static final RetryPolicy DEFAULT =
      new RetryPolicy(Duration.ofSeconds(10), Duration.ofHours(6), Duration.ofDays(3));

  public RetryPolicy {
    if (first.toMillis() < 1 || max.compareTo(first) < 0) {
      throw new IllegalArgumentException("a backoff from %s to %s".formatted(first, max));
    }
  }

  /** The pause after so many failures, with up to half of it in jitter. */
  Duration after(int failures, @Nullable Duration atLeast) {
    long pause = Doubling.of(first, max, failures - 1).toMillis();
    if (atLeast != null) {
      pause = Math.max(pause, Math.min(atLeast.toMillis(), max.toMillis()));
    }
    return Duration.ofMillis(pause + ThreadLocalRandom.current().nextLong(pause / 2 + 1));
  }
}
