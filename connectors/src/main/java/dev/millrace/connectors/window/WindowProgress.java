package dev.millrace.connectors.window;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Where a run stands, at one moment.
 *
 * @param received events taken from the relay in this run, and what is none
 * @param processed of them, those that led to events or to a question
 * @param skipped those that nothing is to be done about
 * @param failed those set aside, each with a dead letter
 * @param eventTime of the newest event before which nothing is unread
 * @param lowest the cursor up to which nothing is unread
 * @param share of the window that is read, in earlier runs too; 0 to 1
 * @param shareAtStart the same when this run began
 * @param holding why nothing is read just now
 * @param elapsed since this run began
 */
public record WindowProgress(
    long received,
    long processed,
    long skipped,
    long failed,
    @Nullable Instant eventTime,
    long lowest,
    double share,
    double shareAtStart,
    @Nullable String holding,
    Duration elapsed) {

  /** Frames a second. */
  public double rate() {
    return received / Math.max(0.001, elapsed.toNanos() / 1e9);
  }

  /** How long it will take at the pace of this run so far; null if that cannot be told. */
  public @Nullable Duration left() {
    double done = share - shareAtStart;
    if (done <= 0 || received == 0) {
      return null;
    }
    return Duration.ofMillis((long) (elapsed.toMillis() / done * (1 - share)));
  }
}
