package dev.millrace.connectors.repolist;

import dev.millrace.connectors.ingest.ServiceHost;
import java.time.Duration;

/**
 * How a relay's repos are listed.
 *
 * @param relay whom to ask
 * @param pageSize repos a page, 1 to 1000
 * @param lookAgain after the end of the list was reached, until it is asked for what came since
 * @param highWaterMark listing pauses while the backfiller has this many repos before it, and goes
 *     on at four fifths of it
 * @param backfillerGroup the consumer group whose committed offsets say what is before it
 * @param measureEvery how often that is looked at
 */
public record RepoListOptions(
    ServiceHost relay,
    int pageSize,
    Duration lookAgain,
    long highWaterMark,
    String backfillerGroup,
    Duration measureEvery) {
  public static final int MAX_PAGE_SIZE = 1_000;

  public RepoListOptions {
    if (pageSize < 1 || pageSize > MAX_PAGE_SIZE) {
      throw new IllegalArgumentException("page size is " + pageSize + ", must be 1 to 1000");
    }
    if (lookAgain.isNegative() || lookAgain.isZero()) {
      throw new IllegalArgumentException(
          "time to look again is " + lookAgain + ", must be above 0");
    }
    if (highWaterMark < 1) {
      throw new IllegalArgumentException(
          "high-water mark is " + highWaterMark + ", must be at least 1");
    }
    if (backfillerGroup.isBlank()) {
      throw new IllegalArgumentException("the backfiller's group has no name");
    }
    if (measureEvery.isNegative() || measureEvery.isZero()) {
      throw new IllegalArgumentException("measuring interval is " + measureEvery);
    }
  }

  /** The defaults of the old system. */
  public static RepoListOptions of(ServiceHost relay) {
    return new RepoListOptions(
        relay,
        MAX_PAGE_SIZE,
        Duration.ofMinutes(5),
        1_000_000,
        "prod_backfiller",
        Duration.ofSeconds(1));
  }

  public RepoListOptions lookAgain(Duration interval) {
    return new RepoListOptions(
        relay, pageSize, interval, highWaterMark, backfillerGroup, measureEvery);
  }

  public RepoListOptions pageSize(int size) {
    return new RepoListOptions(
        relay, size, lookAgain, highWaterMark, backfillerGroup, measureEvery);
  }

  public RepoListOptions highWater(long mark, String group, Duration interval) {
    return new RepoListOptions(relay, pageSize, lookAgain, mark, group, interval);
  }
}
