package dev.millrace.connectors.sink;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether the logs still hold what the database wants next. Owned by the consumer's thread. */
final class LogBounds {
  /** In place of a position: none is stored, read from the log's start. */
  static final long START = -1;

  private static final Logger log = LoggerFactory.getLogger(LogBounds.class);
  private static final Comparator<TopicPartition> BY_NAME =
      Comparator.comparing(TopicPartition::topic).thenComparingInt(TopicPartition::partition);
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final Consumer<byte[], byte[]> consumer;

  LogBounds(Consumer<byte[], byte[]> consumer) {
    this.consumer = consumer;
  }

  /**
   * The offsets to seek to.
   *
   * @throws IllegalStateException if a log begins after its position, or ends before it
   */
  Map<TopicPartition, Long> check(Map<TopicPartition, Long> positions) {
    Map<TopicPartition, Long> starts = consumer.beginningOffsets(positions.keySet(), LIMIT);
    Map<TopicPartition, Long> ends = consumer.endOffsets(positions.keySet(), LIMIT);
    Map<TopicPartition, Long> seeks = new HashMap<>();
    Map<TopicPartition, Long> trimmed = new TreeMap<>(BY_NAME);
    positions.forEach(
        (partition, position) -> {
          long start = starts.getOrDefault(partition, 0L);
          if (position == START) {
            seeks.put(partition, start);
            if (start > 0) {
              trimmed.put(partition, start);
            }
          } else if (position < start || position > ends.getOrDefault(partition, position)) {
            throw gap(partition, position, start, ends.getOrDefault(partition, position));
          } else {
            seeks.put(partition, position);
          }
        });
    if (!trimmed.isEmpty()) {
      log.warn(
          "the database has read nothing of {}, and what stood before these offsets is gone: its rows"
              + " will be incomplete. To have what is missing fetched, stop every indexer and run:"
              + " millrace replay; where a complete database is at hand, from there with --into this"
              + " one, empty",
          trimmed);
    }
    return seeks;
  }

  /** The same found out while reading. */
  static IllegalStateException gap(
      Map<TopicPartition, Long> outOfRange, Consumer<byte[], byte[]> consumer) {
    Map<TopicPartition, Long> starts = consumer.beginningOffsets(outOfRange.keySet(), LIMIT);
    Map<TopicPartition, Long> ends = consumer.endOffsets(outOfRange.keySet(), LIMIT);
    TopicPartition first = outOfRange.keySet().iterator().next();
    return gap(
        first,
        outOfRange.getOrDefault(first, START),
        starts.getOrDefault(first, START),
        ends.getOrDefault(first, START));
  }

  private static IllegalStateException gap(
      TopicPartition partition, long position, long start, long end) {
    boolean isGone = position < start;
    String what =
        isGone
            ? "%d events, %d to %d, are gone before the sink had read them"
                .formatted(start - position, position, start - 1)
            : "the topic was made anew, or the database is newer than the broker";
    String remedy =
        isGone
            ? "or go on without it, from the log's start, and have what is missing fetched again:"
                + " millrace replay --topic "
                + partition.topic()
            : "or have the database built anew from what is there, and what is missing fetched again:"
                + " millrace replay";
    return new IllegalStateException(
        "topic %s partition %d: position %d is outside the log (%d to %d): %s. Bring the log back; %s"
            .formatted(
                partition.topic(), partition.partition(), position, start, end, what, remedy));
  }
}
