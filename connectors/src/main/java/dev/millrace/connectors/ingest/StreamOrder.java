package dev.millrace.connectors.ingest;

import dev.millrace.atproto.stream.ErrorMessage;
import dev.millrace.atproto.stream.InfoMessage;
import dev.millrace.atproto.stream.StreamMessage;
import dev.millrace.schema.event.CursorValue;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a host's stream stands: its sequence numbers must rise, and what it says it has lost is a
 * gap.
 *
 * <p>Owned by the preparer.
 */
public final class StreamOrder {
  private static final Logger log = LoggerFactory.getLogger(StreamOrder.class);

  private final String stream;
  private final IngestMetrics metrics;
  private final Clock clock;
  private @Nullable Long last;
  private boolean isOutdated;
  private @Nullable CursorValue gap;

  public StreamOrder(String stream, IngestMetrics metrics, Clock clock) {
    this.stream = stream;
    this.metrics = metrics;
    this.clock = clock;
  }

  public void startAfter(@Nullable Long cursor) {
    last = cursor;
  }

  /** The last sequence number that was passed; null before the first. */
  public @Nullable Long last() {
    return last;
  }

  /** Passes a message on, or counts and drops it: its number repeats or falls. */
  public boolean passes(StreamMessage message) {
    Long seq = message.cursor();
    if (seq == null) {
      return true;
    }
    Long before = last;
    if (before != null && seq <= before) {
      metrics.dropped("seq-not-rising");
      return false;
    }
    if (isOutdated) {
      isOutdated = false;
      noteGap("outdated-cursor", before, seq);
    }
    last = seq;
    return true;
  }

  /** Notes what the host says about the stream itself. */
  public void heed(StreamMessage message) {
    switch (message) {
      case InfoMessage info when info.name().equals(InfoMessage.OUTDATED_CURSOR) -> {
        // How much is gone shows with the next message. Cursor 0 asked for what there is.
        isOutdated = last != null && last > 0;
        log.warn("{}: the host no longer has what follows cursor {}", stream, last);
      }
      case InfoMessage info -> {
        metrics.dropped("info");
        log.info("{}: the host says {}: {}", stream, info.name(), info.message());
      }
      case ErrorMessage error when error.error().equals(ErrorMessage.FUTURE_CURSOR) -> {
        if (last != null && last > 0) {
          noteGap("future-cursor", last, 0L);
        }
        last = 0L;
        isOutdated = false;
      }
      case ErrorMessage error ->
          log.warn("{}: the host ends with {}: {}", stream, error.error(), error.message());
      default -> throw new IllegalArgumentException("says nothing about the stream: " + message);
    }
  }

  /** The newest gap since the last call. */
  public @Nullable CursorValue takeGap() {
    CursorValue taken = gap;
    gap = null;
    return taken;
  }

  private void noteGap(String reason, @Nullable Long from, Long to) {
    gap = CursorValue.gap(String.valueOf(from), String.valueOf(to), clock.instant().toString());
    metrics.gap(reason);
    log.warn("{}: gap ({}) from cursor {} to {}", stream, reason, from, to);
  }
}
