package dev.millrace.atproto.retry;

import java.time.Duration;

/** A time that doubles with every failure, up to a cap. */
public final class Doubling {
  private Doubling() {}

  /** {@code first} doubled so many times (below 0 counts as 0), at most {@code cap}. */
  public static Duration of(Duration first, Duration cap, int doublings) {
    long firstMillis = first.toMillis();
    long capMillis = cap.toMillis();
    int bounded = Math.max(0, doublings);
    // Compared by division: shifting the first time up could overflow.
    boolean isCapped = bounded >= 62 || firstMillis > capMillis >> bounded;
    return Duration.ofMillis(isCapped ? capMillis : firstMillis << bounded);
  }
}
