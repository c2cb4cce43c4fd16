package dev.millrace.connectors.ingest;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When a moved cursor is worth writing: with every batch of events, but alone, where all that came
 * was passed over, only once a second.
 *
 * <p>Owned by the preparer.
 */
public final class CursorPace {
  private static final Duration ALONE = Duration.ofSeconds(1);

  private @Nullable Long written;
  private long writtenNanos = System.nanoTime();

  public void startAfter(@Nullable Long cursor) {
    written = cursor;
  }

  /** Whether it is to be written now; then it counts as written. */
  public boolean isDue(@Nullable Long cursor, boolean hasEvents) {
    if (cursor == null || cursor.equals(written)) {
      return false;
    }
    long now = System.nanoTime();
    if (!hasEvents && now - writtenNanos < ALONE.toNanos()) {
      return false;
    }
    written = cursor;
    writtenNanos = now;
    return true;
  }
}
