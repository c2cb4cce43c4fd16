package dev.millrace.connectors.sink;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/** Whether the logs still hold what the database wants next. Owned by the consumer's thread. */
final class LogBounds {
  /** In place of a position: none is stored, read from the log's start. */
  static final long START = -1;

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
    positions.forEach(
        (partition, position) -> {
          long start = starts.getOrDefault(partition, 0L);
          if (position == START) {
            seeks.put(partition, start);
          } else if (position < start || position > ends.getOrDefault(partition, position)) {
            throw gap(partition, position, start, ends.getOrDefault(partition, position));
          } else {
            seeks.put(partition, position);
          }
        });
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
    String what =
        position < start
            ? "%d events, %d to %d, are gone before the sink had read them"
                .formatted(start - position, position, start - 1)
            : "the topic was made anew, or the database is newer than the broker";
    return new IllegalStateException(
        ("topic %1$s partition %2$d: position %3$d is outside the log (%4$d to %5$d): %6$s. Bring the"
                + " log back; or go on without it, from the log's start, and have what is missing"
                + " fetched again: millrace replay --topic %1$s")
            .formatted(partition.topic(), partition.partition(), position, start, end, what));
  }
}
