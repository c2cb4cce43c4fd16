package dev.millrace.connectors.window;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One stretch of a window.
 *
 * @param start it is read after this cursor
 * @param base nothing lies between the start and this cursor: the start may be 0, far below all
 *     that a relay has
 * @param end and up to this one
 * @param cursor all up to it need not be read again
 * @param eventTime of the newest event that was read
 * @param gap what the relay no longer had when it was to be read, in words
 */
record WindowRange(
    int number,
    long start,
    long base,
    long end,
    long cursor,
    @Nullable Instant eventTime,
    @Nullable String gap,
    boolean finished) {

  static WindowRange unread(int number, long start, long base, long end) {
    return new WindowRange(number, start, base, end, start, null, null, start >= end);
  }

  WindowRange at(long reached, @Nullable Instant time) {
    return new WindowRange(
        number,
        start,
        base,
        end,
        Math.clamp(reached, cursor, Math.max(cursor, end)),
        time == null ? eventTime : time,
        gap,
        finished);
  }

  WindowRange withGap(@Nullable String words) {
    return words == null
        ? this
        : new WindowRange(number, start, base, end, cursor, eventTime, words, finished);
  }

  WindowRange done() {
    return new WindowRange(number, start, base, end, end, eventTime, gap, true);
  }

  /** How much of it is read; 0 to 1. */
  double share() {
    return finished ? 1 : Math.clamp((double) (cursor - base) / Math.max(1, end - base), 0, 1);
  }
}
