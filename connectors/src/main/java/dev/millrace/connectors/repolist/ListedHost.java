package dev.millrace.connectors.repolist;

import java.time.Duration;

/**
 * One of many hosts that are listed, and how it does.
 *
 * <p>Has a turn on one thread at a time; the rest may be asked by any.
 */
final class ListedHost {
  private final HostListing listing;
  private final BadSpots spots;

  ListedHost(HostListing listing, BadSpots spots) {
    this.listing = listing;
    this.spots = spots;
  }

  Duration turn() throws InterruptedException {
    return listing.turn();
  }

  boolean answers() {
    return listing.answers();
  }

  /** Whether it is not waited for. */
  boolean isSilent() {
    return listing.isStuck();
  }

  /** Whether it was listed to its end since the start of this process. */
  boolean isListed() {
    return listing.hasReachedEnd();
  }

  BadSpots spots() {
    return spots;
  }
}
