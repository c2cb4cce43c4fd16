package dev.millrace.topology.backfiller.pending;

import java.util.Locale;

/**
 * Whose permits a fetch uses, first come first: what a person waits for never waits behind other
 * requests, and no request behind the listing.
 */
public enum Lane {
  /** {@code repo_requests} with priority. */
  URGENT,
  /** {@code repo_requests}: users, gaps, operators. */
  REQUEST,
  /** {@code repo_backfill}: the bulk. */
  LISTING;

  /** The one that comes first. */
  Lane or(Lane other) {
    return compareTo(other) <= 0 ? this : other;
  }

  /** The metric label. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
