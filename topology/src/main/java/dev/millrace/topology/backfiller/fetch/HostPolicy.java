package dev.millrace.topology.backfiller.fetch;

import dev.millrace.atproto.rate.RequestRate;
import java.time.Duration;

/**
 * How hosts are treated, by one process where nothing else is said.
 *
 * @param concurrency downloads from one host for the listing at a time
 * @param requestConcurrency the same for requests, apart
 * @param rate of all processes of the group together: each takes the share of it that it has of the
 *     partitions, so that they need not talk to each other; while partitions move, two may count
 *     the same share for moments
 * @param failuresToOpen failures in a row after which a host is left alone
 * @param openFor how long at first; doubled by each further failure
 * @param maxOpenFor and at most
 * @param rateLimitPause after a 429 that does not say for how long
 */
public record HostPolicy(
    int concurrency,
    int requestConcurrency,
    RequestRate rate,
    int failuresToOpen,
    Duration openFor,
    Duration maxOpenFor,
    Duration rateLimitPause) {

  /** What the PDSes of the network allow of getRepo. */
  public static final RequestRate GET_REPO_RATE = new RequestRate(6_000, Duration.ofMinutes(5));

  public static final HostPolicy DEFAULT =
      new HostPolicy(
          5,
          2,
          GET_REPO_RATE,
          5,
          Duration.ofSeconds(15),
          Duration.ofMinutes(15),
          Duration.ofSeconds(10));

  /** The longest that a host is left alone at its own wish, whatever it asks for. */
  public static final Duration LONGEST_WISH = Duration.ofHours(1);

  /** The same with other bounds. */
  public HostPolicy with(int newConcurrency, RequestRate newRate) {
    return new HostPolicy(
        newConcurrency,
        requestConcurrency,
        newRate,
        failuresToOpen,
        openFor,
        maxOpenFor,
        rateLimitPause);
  }

  public HostPolicy {
    if (concurrency < 1 || requestConcurrency < 1 || failuresToOpen < 1) {
      throw new IllegalArgumentException(
          "host limits must be at least 1, are %d, %d, %d"
              .formatted(concurrency, requestConcurrency, failuresToOpen));
    }
    if (openFor.isNegative() || openFor.isZero() || maxOpenFor.compareTo(openFor) < 0) {
      throw new IllegalArgumentException(
          "a host is left alone for %s, at most %s".formatted(openFor, maxOpenFor));
    }
  }
}
