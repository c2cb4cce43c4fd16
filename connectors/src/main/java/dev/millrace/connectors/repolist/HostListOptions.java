package dev.millrace.connectors.repolist;

import dev.millrace.connectors.ingest.ServiceHost;
import java.time.Duration;

/**
 * How the repos of all hosts that a relay knows are listed, host by host.
 *
 * @param listing the relay, and what holds for each host
 * @param concurrency hosts asked at the same time
 * @param between two pages of one host, at least
 * @param hostsAgain after the relay's hosts were read, until they are read again
 */
public record HostListOptions(
    RepoListOptions listing, int concurrency, Duration between, Duration hostsAgain) {
  public static final int MOST_CONCURRENCY = 1_000;

  public HostListOptions {
    if (concurrency < 1 || concurrency > MOST_CONCURRENCY) {
      throw new IllegalArgumentException("concurrency is " + concurrency + ", must be 1 to 1000");
    }
    if (between.isNegative() || hostsAgain.toMillis() < 1) {
      throw new IllegalArgumentException(
          "pauses of %s and %s must be above 0".formatted(between, hostsAgain));
    }
  }

  /**
   * Ten pages a second and host: what a PDS allows in all (3,000 in 300 s). Waits for a host that
   * fails reach half an hour, for most of those listed are dead.
   */
  public static HostListOptions of(ServiceHost relay, int concurrency) {
    ListingWaits waits = ListingWaits.DEFAULT;
    return new HostListOptions(
        RepoListOptions.of(relay)
            .waits(
                new ListingWaits(
                    waits.first(),
                    Duration.ofMinutes(30),
                    waits.attempts(),
                    waits.spotFirst(),
                    waits.spotLongest())),
        concurrency,
        Duration.ofMillis(100),
        Duration.ofHours(1));
  }

  /** The same with another listing of the same relay. */
  public HostListOptions listing(RepoListOptions newListing) {
    return new HostListOptions(newListing, concurrency, between, hostsAgain);
  }

  ServiceHost relay() {
    return listing.relay();
  }
}
