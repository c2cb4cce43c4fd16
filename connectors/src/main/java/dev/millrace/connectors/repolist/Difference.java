package dev.millrace.connectors.repolist;

/** How what is held of a repo differs from what is listed of it. */
public enum Difference {
  EQUAL("equal", false),
  /** Nothing is known of the repo. */
  NOT_HELD("not held", true),
  /** No whole snapshot was ever applied. */
  NOT_WHOLE("held in part", true),
  /** What is held is older than what is listed. */
  BEHIND("behind", true),
  /** What is held is newer: the list lags behind the stream. */
  AHEAD("newer than listed", false),
  /** One says that the account is active, or why not, and the other does not. */
  STATUS("another status", true);

  private final String words;
  private final boolean isRequested;

  Difference(String words, boolean isRequested) {
    this.words = words;
    this.isRequested = isRequested;
  }

  /** For people. */
  public String words() {
    return words;
  }

  /** Whether the repo is asked for. */
  public boolean isRequested() {
    return isRequested;
  }
}
