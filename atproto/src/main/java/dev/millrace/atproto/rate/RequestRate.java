package dev.millrace.atproto.rate;

import java.time.Duration;

/**
 * How often somebody may be asked: in whatever window, no more than so many times. Several who
 * share a rate without talking to each other take a share of it each.
 *
 * @param requests in a window, at least 1
 */
public record RequestRate(int requests, Duration window) {
  /** Unused time that may be made up for, at most: nobody is asked in bursts. */
  private static final Duration LONGEST_BURST = Duration.ofSeconds(1);

  public RequestRate {
    if (requests < 1 || window.isNegative() || window.toMillis() < 1) {
      throw new IllegalArgumentException(
          "a rate is " + requests + " in " + window + ", must be at least 1 in 1 ms");
    }
  }

  /** Microseconds that may be made up for. */
  public long burstMicros() {
    return Math.min(LONGEST_BURST.toMillis(), window.toMillis() / 10) * 1_000;
  }

  /**
   * Microseconds between two requests, on average: a window that begins with a burst has no more
   * than the rate either.
   *
   * @param share of the one who asks, above 0 and at most 1
   */
  public long spacingMicros(double share) {
    double mine = Math.max(1, requests * share - 1);
    return (long) Math.ceil((window.toMillis() * 1_000 + burstMicros()) / mine);
  }
}
