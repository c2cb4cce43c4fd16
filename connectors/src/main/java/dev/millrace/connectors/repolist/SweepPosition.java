package dev.millrace.connectors.repolist;

import dev.millrace.schema.event.CursorValue;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How far a sweep over a relay's list has come. In {@code ingest_cursors} the sweep's start is the
 * {@code eventTime}: a gap noted after it asks for another sweep.
 *
 * @param cursor of the next page, as the relay gave it: any text; null is the beginning
 * @param done the end was reached; from then on only what came since is asked for
 */
record SweepPosition(@Nullable String cursor, Instant started, boolean done) {
  static SweepPosition beginning(Instant now) {
    return new SweepPosition(null, now, false);
  }

  static SweepPosition of(CursorValue saved) {
    String started = saved.eventTime();
    return new SweepPosition(
        saved.cursor(), started == null ? Instant.EPOCH : Instant.parse(started), saved.done());
  }

  /** At the end of the list the cursor stays where the last page began. */
  SweepPosition after(ListedPage page) {
    String next = page.cursor();
    boolean isStuck = next == null || next.equals(cursor);
    return new SweepPosition(isStuck ? cursor : next, started, isStuck);
  }

  CursorValue toValue(Instant now) {
    return new CursorValue(cursor, null, started.toString(), done, now.toString());
  }
}
