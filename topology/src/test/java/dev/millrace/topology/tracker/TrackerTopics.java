package dev.millrace.topology.tracker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.schema.event.EventCodec;
import dev.millrace.schema.event.RepoEvent;
import dev.millrace.schema.event.RepoRequest;
import dev.millrace.schema.event.ResolvedIdentity;
import dev.millrace.schema.topic.Topic;
import dev.millrace.schema.topic.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The tracker's topics as a test sees them: writes its inputs, reads what it committed. */
final class TrackerTopics implements AutoCloseable {
  static final int PARTITIONS = 4;

  private final String bootstrapServers;
  private final KafkaProducer<byte[], byte[]> producer;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final List<RepoRequest> requests = new ArrayList<>();
  private final List<ResolvedIdentity> identities = new ArrayList<>();

  TrackerTopics(String bootstrapServers) {
    this.bootstrapServers = bootstrapServers;
    try (Admin admin =
        Admin.create(
            Map.<String, Object>of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers))) {
      Topics.create(admin, PARTITIONS, 1);
    }
    producer =
        new KafkaProducer<>(
            Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    consumer =
        new KafkaConsumer<>(
            Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    List<TopicPartition> all = new ArrayList<>();
    for (int p = 0; p < PARTITIONS; p++) {
      all.add(new TopicPartition(Topic.REPO_REQUESTS.topicName(), p));
      all.add(new TopicPartition(Topic.IDENTITIES.topicName(), p));
    }
    consumer.assign(all);
    consumer.seekToBeginning(all);
  }

  void live(RepoEvent event) {
    write(Topic.FIREHOSE_LIVE, event);
  }

  void backfill(RepoEvent event) {
    write(Topic.FIREHOSE_BACKFILL, event);
  }

  /** Sets a group that has stopped to the live log's first event, and deletes every event of it. */
  void trimUnread(String group) {
    try (Admin admin =
        Admin.create(
            Map.<String, Object>of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers))) {
      Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();
      Map<TopicPartition, RecordsToDelete> deletions = new HashMap<>();
      for (int p = 0; p < PARTITIONS; p++) {
        TopicPartition partition = new TopicPartition(Topic.FIREHOSE_LIVE.topicName(), p);
        positions.put(partition, new OffsetAndMetadata(0));
        deletions.put(partition, RecordsToDelete.beforeOffset(-1)); // up to the end
      }
      assertThat(admin.alterConsumerGroupOffsets(group, positions).all())
          .succeedsWithin(Duration.ofSeconds(30));
      assertThat(admin.deleteRecords(deletions).all()).succeedsWithin(Duration.ofSeconds(30));
    }
  }

  private void write(Topic topic, RepoEvent event) {
    assertThat(
            producer.send(
                new ProducerRecord<>(
                    topic.topicName(), Topic.key(event.did()), EventCodec.encode(event))))
        .succeedsWithin(Duration.ofSeconds(30));
  }

  List<RepoRequest> requests() {
    poll();
    return requests;
  }

  List<ResolvedIdentity> identities() {
    poll();
    return identities;
  }

  private void poll() {
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(50))) {
      String did;
      if (record.topic().equals(Topic.IDENTITIES.topicName())) {
        ResolvedIdentity identity = EventCodec.decodeIdentity(record.value());
        did = identity.did();
        identities.add(identity);
      } else {
        RepoRequest request = EventCodec.decodeRequest(record.value());
        did = request.did();
        requests.add(request);
      }
      assertThat(record.key()).isEqualTo(Topic.key(did));
      assertThat(record.partition()).isEqualTo(Topic.partitionOf(did, PARTITIONS));
    }
  }

  @Override
  public void close() {
    consumer.close();
    producer.close();
  }
}
