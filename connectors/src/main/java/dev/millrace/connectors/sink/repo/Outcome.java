package dev.millrace.connectors.sink.repo;

import java.util.Locale;

/** What became of one event; the label of the metrics that count them. */
public enum Outcome {
  /** It is the newest word, and changed something. */
  APPLIED,
  /** Nothing new but that the record is still there, at a newer rev. */
  CONFIRMED,
  /** What it says is held already. */
  DUPLICATE,
  /** A newer rev of the same thing is held. */
  STALE,
  /** At or below the rev of a whole snapshot that was applied. */
  COVERED,
  /** Part of a snapshot begun before a deletion or reset, or of a window and older than that. */
  REFUSED,
  /** Of an account that is not active: it is fetched when it is active again. */
  INACTIVE,
  /** It is the newest word; but events were left out meanwhile, so the repo must be fetched. */
  MISSED,
  /** Part of a collection that is not collected. */
  UNKNOWN_COLLECTION,
  /** Of a window, and no record: where a repo stands is said by live events and snapshots alone. */
  PASSED,
  /** Bad data: a dead letter. */
  INVALID;

  private final String label = name().toLowerCase(Locale.ROOT).replace('_', '-');

  public String label() {
    return label;
  }
}
