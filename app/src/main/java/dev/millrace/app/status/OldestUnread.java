package dev.millrace.app.status;

import dev.millrace.app.run.Lags;
import dev.millrace.connectors.kafka.KafkaConnection;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** When the oldest record came that a group has before it. Owned by one thread. */
final class OldestUnread {
  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final Duration POLL = Duration.ofMillis(100);

  private final KafkaConnection kafka;
  private final Lags lags;

  OldestUnread(KafkaConnection kafka, Lags lags) {
    this.kafka = kafka;
    this.lags = lags;
  }

  /** Null if nothing is left, or nothing of it was read within a few seconds. */
  @Nullable String of(String group, String topic) {
    Map<TopicPartition, Long> positions = lags.unread(group, List.of(topic));
    if (positions.isEmpty()) {
      return null;
    }
    long oldest = Long.MAX_VALUE;
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            kafka.committedReader(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(positions.keySet());
      positions.forEach(consumer::seek);
      Set<TopicPartition> open = new HashSet<>(positions.keySet());
      long deadline = System.nanoTime() + LIMIT.toNanos();
      while (!open.isEmpty() && System.nanoTime() < deadline) {
        ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
        for (TopicPartition partition : records.partitions()) {
          ConsumerRecord<byte[], byte[]> first = records.records(partition).getFirst();
          oldest = Math.min(oldest, first.timestamp());
          open.remove(partition);
        }
        consumer.pause(records.partitions());
      }
    }
    return oldest == Long.MAX_VALUE ? null : Instant.ofEpochMilli(oldest).toString();
  }
}
