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
 * and for the parts that hold back while the lag is long. The sink never reads them. Owned by the
 * consumer's thread.
 */
final class ShownPositions {
  private static final Logger log = LoggerFactory.getLogger(ShownPositions.class);
  private static final long INTERVAL_NANOS = Duration.ofMillis(500).toNanos();
  private static final Duration LIMIT = Duration.ofSeconds(5);

  private final Consumer<byte[], byte[]> consumer;
  private final Map<TopicPartition, Long> unshown = new HashMap<>();
  private long lastNanos = System.nanoTime() - INTERVAL_NANOS;

  ShownPositions(Consumer<byte[], byte[]> consumer) {
    this.consumer = consumer;
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
            Collectors.toMap(Map.Entry::getKey, entry -> new OffsetAndMetadata(entry.getValue())));
  }
}
