package dev.millrace.connectors.ingest;

import dev.millrace.connectors.kafka.Batch;
import dev.millrace.schema.event.CursorKey;
import dev.millrace.schema.event.CursorValue;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/**
 * Writes a stream's cursor into batches, and the gaps of its host.
 *
 * <p>Owned by the preparer.
 */
public final class StreamCursors {
  private final CursorKey stream;
  private final Clock clock;
  private final CursorPace pace = new CursorPace();

  public StreamCursors(CursorKey stream, Clock clock) {
    this.stream = stream;
    this.clock = clock;
  }

  public void startAfter(@Nullable Long cursor) {
    pace.startAfter(cursor);
  }

  /**
   * Adds what is due.
   *
   * @param reached the last sequence number that need not be read again once the batch is committed
   * @param newest the time of the newest event, ISO 8601
   * @param gap the newest that was noted, if any
   */
  public void addTo(
      Batch batch, @Nullable Long reached, @Nullable String newest, @Nullable CursorValue gap) {
    if (gap != null) {
      batch.cursor(stream.gap(), gap);
    }
    if (pace.isDue(reached, !batch.isEmpty())) {
      batch.cursor(
          stream, CursorValue.at(String.valueOf(reached), newest, clock.instant().toString()));
    }
  }
}
