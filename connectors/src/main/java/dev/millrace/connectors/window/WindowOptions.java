package dev.millrace.connectors.window;

import dev.millrace.connectors.ingest.IngestScope;
import dev.millrace.connectors.ingest.ServiceHost;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What is read of a relay's past.
 *
 * @param service the name of its progress in {@code firehose_cursor}, and of its lock
 * @param relay whose firehose
 * @param isFirst whether the service's own row in {@code firehose_cursor} is of this relay; those
 *     of further ones have its name behind a colon
 * @param days how far back the events' times may lie; {@link #EVERYTHING}; null where it begins at
 *     a cursor, or goes on with what is unfinished
 * @param startCursor read after this one; 0 is the oldest that the relay has
 * @param endCursor read up to this one; null up to where live began, or to the relay's newest event
 * @param resumes only go on with what is unfinished
 * @param isOnce a window that is finished is not begun again: a service may be started at any time
 * @param workers stretches read at a time
 * @param batchSize frames in one Kafka transaction
 * @param scope which repos and collections are wanted
 * @param quiet after so long without an event a relay has none to send
 * @param patience so long without a frame ends the run, which can then be resumed
 */
public record WindowOptions(
    String service,
    ServiceHost relay,
    boolean isFirst,
    @Nullable Integer days,
    @Nullable Long startCursor,
    @Nullable Long endCursor,
    boolean resumes,
    boolean isOnce,
    int workers,
    int batchSize,
    IngestScope scope,
    Duration quiet,
    Duration patience) {
  /** In place of a number of days: all that the relay still has. */
  public static final int EVERYTHING = -1;

  /** Progress is stored at least so often, in frames. */
  public static final int MOST_FRAMES_APART = 1_000;

  public static final Duration QUIET = Duration.ofSeconds(20);
  public static final Duration PATIENCE = Duration.ofMinutes(10);

  public WindowOptions {
    if (workers < 1 || workers > 64) {
      throw new IllegalArgumentException("workers are " + workers + ", must be 1 to 64");
    }
    if (batchSize < 1 || batchSize > MOST_FRAMES_APART) {
      throw new IllegalArgumentException(
          "batch size is " + batchSize + ", must be 1 to " + MOST_FRAMES_APART);
    }
    if (days != null && (days < EVERYTHING || days == 0)) {
      throw new IllegalArgumentException("days are " + days + ", must be -1 or above 0");
    }
    if (days == null && startCursor == null && !resumes) {
      throw new IllegalArgumentException("neither days nor a start cursor, and nothing to resume");
    }
    if (startCursor != null && endCursor != null && endCursor <= startCursor) {
      throw new IllegalArgumentException(
          "the end cursor " + endCursor + " is not after the start cursor " + startCursor);
    }
  }

  /** By what a later run knows that it is to go on with the same. */
  String asked() {
    return (startCursor == null ? "days=" + days : "start=" + startCursor)
        + (endCursor == null ? "" : " end=" + endCursor)
        + (scope.collections().isEmpty()
            ? ""
            : " collections=" + String.join(",", scope.collections().stream().sorted().toList()));
  }

  /** The name of its row in {@code firehose_cursor}. */
  String cursorName() {
    return isFirst ? service : service + ":" + relay.name();
  }
}
