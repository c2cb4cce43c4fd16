package dev.millrace.connectors.repolist;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Cursors that a host did not give but would have: those a number of positions after one that it
 * gave. A cursor means nothing to its reader by protocol; these two kinds are what relays and PDSes
 * of today write.
 *
 * <pre>
 *   number   = 1*18DIGIT                  the last listed account's, dense: a position is an account
 *   time key = 1*18DIGIT "::" 1*CHAR      milliseconds and DID, sparse: a position is a millisecond
 * </pre>
 *
 * <p>The beginning (null) counts as the number 0. Of any other cursor nothing is known.
 */
record CursorStep(@Nullable String cursor, long position, boolean isDense) {
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");
  private static final Pattern TIME_AND_KEY = Pattern.compile("([0-9]{1,18})::.+", Pattern.DOTALL);

  /** After every DID in order of bytes: the cursor after all of a millisecond. */
  private static final String AFTER_EVERY_KEY = "::~";

  /** From a cursor on; empty where nothing can be derived. */
  static Optional<CursorStep> from(@Nullable String cursor) {
    if (cursor == null) {
      return Optional.of(new CursorStep(null, 0, true));
    }
    if (NUMBER.matcher(cursor).matches()) {
      return Optional.of(new CursorStep(cursor, Long.parseLong(cursor), true));
    }
    Matcher timed = TIME_AND_KEY.matcher(cursor);
    return timed.matches()
        ? Optional.of(new CursorStep(cursor, Long.parseLong(timed.group(1)), false))
        : Optional.empty();
  }

  /**
   * The cursor so many positions on; of a time, after everything in that millisecond.
   *
   * @param positions above 0
   */
  String after(long positions) {
    long next = Math.addExact(position, positions);
    return isDense ? String.valueOf(next) : next + AFTER_EVERY_KEY;
  }

  /** Positions from here to a later cursor of the same kind; 1 for any other. */
  long distanceTo(String later) {
    return from(later)
        .filter(end -> end.isDense == isDense)
        .map(end -> Math.max(1, end.position - position))
        .orElse(1L);
  }

  /** Whether a listing that stands here has come past another cursor of the same kind. */
  boolean hasReached(String other) {
    return from(other)
        .filter(end -> end.isDense == isDense)
        .filter(
            end ->
                (isDense || position != end.position)
                    ? position >= end.position
                    : key(cursor).compareTo(key(other)) >= 0)
        .isPresent();
  }

  private static String key(@Nullable String timed) {
    return timed == null ? "" : timed.substring(timed.indexOf("::"));
  }
}
