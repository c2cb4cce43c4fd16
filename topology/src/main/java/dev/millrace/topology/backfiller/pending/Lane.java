package dev.millrace.topology.backfiller.pending;

import java.util.Locale;

/** Whose permits a fetch uses: requests never wait behind the listing. */
public enum Lane {
  /** {@code repo_requests}: users, gaps, operators. */
  REQUEST,
  /** {@code repo_backfill}: the bulk. */
  LISTING;

  /** The metric label. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
