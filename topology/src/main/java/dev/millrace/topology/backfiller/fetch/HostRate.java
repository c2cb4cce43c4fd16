package dev.millrace.topology.backfiller.fetch;

import java.time.Duration;

/**
 * How often one host may be asked: in whatever window, no more than so many times, by all processes
 * of a group together. Each takes the share of it that it has of the partitions, so that they need
 * not talk to each other; while partitions move, two may count the same share for moments.
 *
 * @param requests in a window, at least 1
 */
public record HostRate(int requests, Duration window) {
  /** What the PDSes of the network allow of getRepo. */
  public static final HostRate DEFAULT = new HostRate(6_000, Duration.ofMinutes(5));

  /** Unused time that may be made up for, at most: a host is not asked in bursts. */
  private static final Duration LONGEST_BURST = Duration.ofSeconds(1);

  public HostRate {
    if (requests < 1 || window.isNegative() || window.toMillis() < 1) {
      throw new IllegalArgumentException(
          "a host's rate is " + requests + " in " + window + ", must be at least 1 in 1 ms");
    }
  }

  /** Microseconds that may be made up for. */
  long burstMicros() {
    return Math.min(LONGEST_BURST.toMillis(), window.toMillis() / 10) * 1_000;
  }

  /**
   * Microseconds between two requests, on average: a window that begins with a burst has no more
   * than the rate either.
   *
   * @param share of this process, above 0 and at most 1
   */
  long spacingMicros(double share) {
    double mine = Math.max(1, requests * share - 1);
    return (long) Math.ceil((window.toMillis() * 1_000 + burstMicros()) / mine);
  }
}
