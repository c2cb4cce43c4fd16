package dev.millrace.connectors.sink;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Positions as Kafka shows them: committed after the database has them, for the eyes of operators
 * and for the parts that hold back while the lag is long. The sink never reads from them; it only
 * notices when somebody else has set them. Owned by the consumer's thread.
 */
final class ShownPositions {
  /** What every commit of the sink carries; one without it was made by somebody else. */
  static final String METADATA = "millrace";

  private static final Logger log = LoggerFactory.getLogger(ShownPositions.class);
  private static final long INTERVAL_NANOS = Duration.ofMillis(500).toNanos();
  private static final Duration LIMIT = Duration.ofSeconds(5);

  private final Consumer<byte[], byte[]> consumer;
  private final SinkMetrics metrics;
  private final Map<TopicPartition, Long> unshown = new HashMap<>();
  private long lastNanos = System.nanoTime() - INTERVAL_NANOS;

  ShownPositions(Consumer<byte[], byte[]> consumer, SinkMetrics metrics) {
    this.consumer = consumer;
    this.metrics = metrics;
  }

  /**
   * Says so if somebody has set the group's offsets by hand: it moves nothing, the positions in the
   * database count and are shown again soon.
   *
   * @param stored the positions in the database, {@link LogBounds#START} where there is none
   */
  void compare(Map<TopicPartition, Long> stored) {
    consumer
        .committed(stored.keySet(), LIMIT)
        .forEach(
            (partition, committed) -> {
              Long position = stored.get(partition);
              if (committed != null
                  && position != null
                  && !METADATA.equals(committed.metadata())
                  && committed.offset() != Math.max(0, position)) {
                metrics.foreignOffset(partition.topic());
                log.warn(
                    "somebody has set the group's offset of {} to {}: it moves nothing, the database stands at {}. To have events applied again: millrace replay",
                    partition,
                    committed.offset(),
                    Math.max(0, position));
              }
            });
  }

  void reached(TopicPartition partition, long next) {
    unshown.put(partition, next);
  }

  /** The partition is another member's now. */
  void forget(TopicPartition partition) {
    unshown.remove(partition);
  }

  /** Does not wait, and not more often than is worth it. */
  void show() {
    long now = System.nanoTime();
    if (unshown.isEmpty() || now - lastNanos < INTERVAL_NANOS) {
      return;
    }
    lastNanos = now;
    Map<TopicPartition, Long> shown = Map.copyOf(unshown);
    unshown.clear();
    consumer.commitAsync(
        offsets(shown),
        (offsets, failure) -> {
          if (failure != null) {
            log.debug("positions not shown in Kafka, tried again", failure);
            shown.forEach(
                (partition, next) -> {
                  if (consumer.assignment().contains(partition)) {
                    unshown.putIfAbsent(partition, next);
                  }
                });
          }
        });
  }

  /** Waits, before partitions are given away; what fails is shown by who has them next. */
  void showNow() {
    if (unshown.isEmpty()) {
      return;
    }
    try {
      consumer.commitSync(offsets(unshown), LIMIT);
      unshown.clear();
    } catch (InterruptException e) {
      throw e;
    } catch (KafkaException e) {
      log.info("positions not shown in Kafka: {}", e.getMessage());
    }
  }

  private static Map<TopicPartition, OffsetAndMetadata> offsets(
      Map<TopicPartition, Long> positions) {
    return positions.entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey, entry -> new OffsetAndMetadata(entry.getValue(), METADATA)));
  }
}
