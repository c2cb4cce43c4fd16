package dev.millrace.connectors.kafka;

import dev.millrace.schema.topic.Topic;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * All that is committed on a topic, to the end that it had at the beginning of the read, past every
 * transaction that was open then: what lies behind another writer's unfinished transaction is not
 * overlooked. It therefore waits for such a transaction, at most as long as one may last.
 */
public final class WholeTopic {
  private static final Duration POLL = Duration.ofMillis(200);

  /** Without a record. */
  private static final Duration MOST_WAIT =
      Duration.ofMillis(2L * KafkaConnection.TRANSACTION_TIMEOUT_MS);

  private WholeTopic() {}

  /**
   * Reads it; of each partition in order.
   *
   * @throws KafkaException if the cluster does not answer; reading again is safe
   */
  public static void read(
      KafkaConnection kafka, Topic topic, Consumer<ConsumerRecord<byte[], byte[]>> reader) {
    read(kafka, topic.topicName(), reader);
  }

  /** The same of a topic that is not one of ours by name; nothing if there is none. */
  public static void read(
      KafkaConnection kafka, String topic, Consumer<ConsumerRecord<byte[], byte[]>> reader) {
    read(kafka, topic, (partition, count) -> true, reader);
  }

  /** The same of the records with one key, which are all in one partition. */
  public static void readKey(
      KafkaConnection kafka,
      String topic,
      byte[] key,
      Consumer<ConsumerRecord<byte[], byte[]>> reader) {
    read(
        kafka,
        topic,
        (partition, count) -> partition == Topic.partitionOf(key, count),
        record -> {
          if (Arrays.equals(key, record.key())) {
            reader.accept(record);
          }
        });
  }

  /** Which partitions are read, of so many. */
  @FunctionalInterface
  private interface Chosen {
    boolean isRead(int partition, int count);
  }

  private static void read(
      KafkaConnection kafka,
      String topic,
      Chosen chosen,
      Consumer<ConsumerRecord<byte[], byte[]>> reader) {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            kafka.committedReader(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<PartitionInfo> all = consumer.partitionsFor(topic);
      List<TopicPartition> partitions =
          all.stream()
              .filter(info -> chosen.isRead(info.partition(), all.size()))
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      Map<TopicPartition, Long> ends = ends(kafka, topic, partitions);
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      long deadline = System.nanoTime() + MOST_WAIT.toNanos();
      while (!reached(consumer, ends)) {
        if (System.nanoTime() > deadline) {
          throw new TimeoutException(
              "%s gave nothing for %d s before its end".formatted(topic, MOST_WAIT.toSeconds()));
        }
        ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
        if (!records.isEmpty()) {
          records.forEach(reader);
          deadline = System.nanoTime() + MOST_WAIT.toNanos();
        }
      }
    }
  }

  /** The ends with what is not committed yet, unlike a read_committed consumer's own. */
  private static Map<TopicPartition, Long> ends(
      KafkaConnection kafka, String topic, List<TopicPartition> partitions) {
    try (Admin admin = Admin.create(kafka.admin())) {
      return admin
          .listOffsets(
              partitions.stream()
                  .collect(Collectors.toMap(partition -> partition, p -> OffsetSpec.latest())))
          .all()
          .get()
          .entrySet()
          .stream()
          .collect(Collectors.toMap(Map.Entry::getKey, end -> end.getValue().offset()));
    } catch (ExecutionException e) {
      throw new KafkaException("the ends of " + topic, e.getCause());
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  private static boolean reached(KafkaConsumer<?, ?> consumer, Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream()
        .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
  }
}
