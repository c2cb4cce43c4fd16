package dev.millrace.connectors.sink;

import dev.millrace.schema.event.EventCodec;
import dev.millrace.schema.event.LabelEvent;
import dev.millrace.schema.event.RepoEvent;
import dev.millrace.schema.topic.Topic;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** The producing side of the broker, and what operators ask it. */
final class SinkTopics implements AutoCloseable {
  private final KafkaProducer<byte[], byte @Nullable []> producer;
  private final Admin admin;

  SinkTopics() {
    Map<String, Object> settings = new HashMap<>();
    settings.put("bootstrap.servers", SinkDatabase.bootstrapServers());
    settings.put("transactional.id", "test-" + UUID.randomUUID());
    producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    producer.initTransactions();
    admin = Admin.create(Map.of("bootstrap.servers", SinkDatabase.bootstrapServers()));
  }

  Admin admin() {
    return admin;
  }

  /** What is in the topics already is not of this test. */
  void skipTo(SinkDatabase database) throws Exception {
    Map<Integer, Map<String, Long>> ends = new HashMap<>();
    offsets(OffsetSpec.latest())
        .forEach(
            (partition, end) ->
                ends.computeIfAbsent(partition.partition(), p -> new HashMap<>())
                    .put(partition.topic(), end));
    ends.forEach(
        (partition, positions) -> {
          String json =
              positions.entrySet().stream()
                  .map(e -> "\"%s\":%d".formatted(e.getKey(), e.getValue()))
                  .collect(Collectors.joining(",", "{", "}"));
          try {
            database.execute(
                "INSERT INTO partition_position VALUES (%d, '%s')".formatted(partition, json));
          } catch (SQLException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  void send(Topic topic, List<? extends RepoEvent> events) {
    producer.beginTransaction();
    events.forEach(event -> queue(topic, Topic.key(event.did()), EventCodec.encode(event)));
    producer.commitTransaction();
  }

  void sendAborted(Topic topic, RepoEvent event) {
    producer.beginTransaction();
    queue(topic, Topic.key(event.did()), EventCodec.encode(event));
    producer.flush();
    producer.abortTransaction();
  }

  /** A failure comes out of the commit. */
  private void queue(Topic topic, byte[] key, byte @Nullable [] value) {
    var _ = producer.send(new ProducerRecord<>(topic.topicName(), key, value));
  }

  void sendLabel(LabelEvent label) {
    sendRaw(Topic.LABEL_LIVE, Topic.key(label.key()), EventCodec.encode(label));
  }

  void sendRaw(Topic topic, byte[] key, byte @Nullable [] value) {
    producer.beginTransaction();
    queue(topic, key, value);
    producer.commitTransaction();
  }

  /** By the broker's own figures, of every partition of every topic of the sink; -1: not known. */
  Map<TopicPartition, Long> lags(String group) throws Exception {
    Map<TopicPartition, OffsetAndMetadata> committed =
        admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
    Map<TopicPartition, Long> lags = new HashMap<>();
    offsets(OffsetSpec.latest())
        .forEach(
            (partition, end) -> {
              OffsetAndMetadata offset = committed.get(partition);
              lags.put(partition, offset == null ? -1 : end - offset.offset());
            });
    return lags;
  }

  Map<TopicPartition, Long> offsets(OffsetSpec spec) throws Exception {
    Map<TopicPartition, OffsetSpec> asked =
        SinkOptions.ALL_STREAMS.stream()
            .flatMap(
                topic ->
                    IntStream.range(0, SinkDatabase.PARTITIONS)
                        .mapToObj(p -> new TopicPartition(topic.topicName(), p)))
            .collect(Collectors.toMap(partition -> partition, partition -> spec));
    return admin.listOffsets(asked).all().get().entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().offset()));
  }

  @Override
  public void close() {
    producer.close();
    admin.close();
  }
}
