package dev.millrace.connectors.repolist;

import dev.millrace.connectors.kafka.CursorStore;
import dev.millrace.schema.event.CursorKey;
import dev.millrace.schema.event.CursorValue;
import java.time.Duration;
import java.time.Instant;

/**
 * The newest gap in a relay's firehose, looked up every few seconds at most, however many hosts
 * ask.
 *
 * <p>Safe for use by several threads.
 */
final class GapsOfRelay {
  private static final Duration MOST_FRESH = Duration.ofSeconds(15);

  private final CursorStore cursors;
  private final CursorKey gap;
  private final Duration fresh;
  private Instant newest = Instant.MIN;
  private long readNanos;
  private boolean isRead;

  /**
   * Of a relay.
   *
   * @param lookAgain how often one host asks
   */
  GapsOfRelay(CursorStore cursors, String relay, Duration lookAgain) {
    this.cursors = cursors;
    this.fresh = lookAgain.compareTo(MOST_FRESH) < 0 ? lookAgain : MOST_FRESH;
    this.gap = new CursorKey(CursorKey.Stream.FIREHOSE, relay).gap();
  }

  /**
   * Whether a gap was noted later than that, so that what is listed is to be compared anew.
   *
   * @throws org.apache.kafka.common.KafkaException if the cluster does not answer
   */
  synchronized boolean hasGapSince(Instant time) {
    if (!isRead || System.nanoTime() - readNanos > fresh.toNanos()) {
      newest =
          cursors.read(gap).map(CursorValue::updatedAt).map(Instant::parse).orElse(Instant.MIN);
      readNanos = System.nanoTime();
      isRead = true;
    }
    return newest.isAfter(time);
  }
}
