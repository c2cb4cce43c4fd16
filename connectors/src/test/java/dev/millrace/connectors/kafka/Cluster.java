package dev.millrace.connectors.kafka;

import dev.millrace.embedded.EmbeddedKafka;
import dev.millrace.schema.event.CursorKey;
import dev.millrace.schema.event.CursorValue;
import dev.millrace.schema.event.DeadLetter;
import dev.millrace.schema.topic.Topic;
import dev.millrace.schema.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** A broker with Millrace's topics, and what a test wants to see of them. */
public final class Cluster implements AutoCloseable {
  static final int PARTITIONS = 3;

  private final @Nullable Path directory;
  private EmbeddedKafka broker;

  private Cluster(@Nullable Path directory, EmbeddedKafka broker) {
    this.directory = directory;
    this.broker = broker;
    try (Admin admin = Admin.create(connection().admin())) {
      Topics.create(admin, PARTITIONS, 1);
    }
  }

  public static Cluster start() {
    return new Cluster(null, EmbeddedKafka.temporary());
  }

  /** One that can be stopped and started again with its data. */
  public static Cluster startAt(Path directory) {
    return new Cluster(directory, EmbeddedKafka.start(directory, 0));
  }

  public void stopBroker() {
    broker.close();
  }

  public void startBroker() {
    if (directory == null) {
      throw new IllegalStateException("a temporary broker keeps nothing");
    }
    broker = EmbeddedKafka.start(directory, 0);
  }

  public KafkaConnection connection() {
    return new KafkaConnection(broker.bootstrapServers());
  }

  public Optional<CursorValue> cursor(String key) {
    return new CursorStore(connection()).read(CursorKey.parse(key));
  }

  /** Every committed record, in order within its partition. */
  public List<ConsumerRecord<byte[], byte[]>> records(Topic topic) {
    List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            connection().committedReader(),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic.topicName()).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (!ends.entrySet().stream()
          .allMatch(end -> consumer.position(end.getKey()) >= end.getValue())) {
        consumer.poll(Duration.ofMillis(50)).forEach(found::add);
      }
    }
    return found;
  }

  public List<String> values(Topic topic) {
    return records(topic).stream()
        .map(record -> new String(record.value(), StandardCharsets.UTF_8))
        .toList();
  }

  public List<DeadLetter> deadLetters() {
    return records(Topic.DEAD_LETTERS).stream().map(DeadLetter::from).toList();
  }

  @Override
  public void close() {
    broker.close();
  }
}
