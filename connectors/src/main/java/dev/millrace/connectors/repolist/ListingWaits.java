package dev.millrace.connectors.repolist;

import dev.millrace.atproto.retry.Doubling;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long is waited before what failed is asked for again; every wait is spread by chance over its
 * upper half.
 *
 * @param first after a first failure, and between the steps of a search around a bad spot
 * @param longest of the waits for a host, which double
 * @param attempts at a whole page, before it is narrowed; at least 1
 * @param spotFirst before a bad spot is tried again
 * @param spotLongest of the waits for a spot, which double
 */
public record ListingWaits(
    Duration first, Duration longest, int attempts, Duration spotFirst, Duration spotLongest) {
  /** A page that keeps failing is narrowed after about 8 seconds. */
  public static final ListingWaits DEFAULT =
      new ListingWaits(
          Duration.ofMillis(500),
          Duration.ofSeconds(60),
          5,
          Duration.ofMinutes(5),
          Duration.ofDays(1));

  private static final int NARROW_ATTEMPTS = 2;

  public ListingWaits {
    if (first.toMillis() < 1
        || longest.compareTo(first) < 0
        || spotFirst.toMillis() < 1
        || spotLongest.compareTo(spotFirst) < 0) {
      throw new IllegalArgumentException(
          "waits from %s to %s, of spots from %s to %s: each at least 1 ms, the longest not below the first"
              .formatted(first, longest, spotFirst, spotLongest));
    }
    if (attempts < 1) {
      throw new IllegalArgumentException("attempts is " + attempts + ", must be at least 1");
    }
  }

  /** How often a page is asked for before it is narrowed. */
  int attempts(PageSize size) {
    return size.isFull() ? attempts : Math.min(NARROW_ATTEMPTS, attempts);
  }

  Duration pause(RandomGenerator random) {
    return spread(first, random);
  }

  /** Before a spot is tried that failed so many times. */
  Duration ofSpot(int failures, RandomGenerator random) {
    return spread(Doubling.of(spotFirst, spotLongest, failures - 1), random);
  }

  private static Duration spread(Duration wait, RandomGenerator random) {
    long millis = wait.toMillis();
    return Duration.ofMillis(millis - random.nextLong(millis / 2 + 1));
  }
}
