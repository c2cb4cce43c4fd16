package dev.millrace.schema.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.embedded.EmbeddedKafka;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TopicsIT {
  private static EmbeddedKafka kafka;
  private static Admin admin;

  @BeforeAll
  static void start() {
    kafka = EmbeddedKafka.temporary();
    admin = Admin.create(Map.of("bootstrap.servers", (Object) kafka.bootstrapServers()));
    Topics.create(admin, 4, 1);
  }

  @AfterAll
  static void stop() {
    admin.close();
    kafka.close();
  }

  @Test
  void shouldCreateEveryTopicOnceAndKeepsWhatIsThere() throws Exception {
    Topics.create(admin, 4, 1);
    List<String> names = Arrays.stream(Topic.values()).map(Topic::topicName).toList();
    assertThat(admin.describeTopics(names).allTopicNames().get(30, TimeUnit.SECONDS).values())
        .hasSize(Topic.values().length)
        .allSatisfy(topic -> assertThat(topic.partitions()).hasSize(4));
    assertThat(config(Topic.LABEL_LIVE).get("message.timestamp.type").value())
        .isEqualTo("LogAppendTime");
  }

  @Test
  void shouldRefuseAnotherPartitionCountAndNameIt() {
    assertThatThrownBy(() -> Topics.create(admin, 5, 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("must have 5 partitions")
        .hasMessageContaining("firehose_live has 4");
  }

  @Test
  void shouldBringBackASettingThatGuardsData() throws Exception {
    ConfigResource topic =
        new ConfigResource(ConfigResource.Type.TOPIC, Topic.FIREHOSE_LIVE.topicName());
    admin
        .incrementalAlterConfigs(
            Map.of(
                topic,
                List.of(
                    new AlterConfigOp(
                        new ConfigEntry("retention.ms", "1000"), AlterConfigOp.OpType.SET))))
        .all()
        .get(30, TimeUnit.SECONDS);
    Topics.create(admin, 4, 1);
    assertThat(config(Topic.FIREHOSE_LIVE).get("retention.ms").value()).isEqualTo("-1");
  }

  @Test
  void shouldTakeTheLargestEventAndPutItWhereTheKeySays() throws Exception {
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers",
            kafka.bootstrapServers(),
            "max.request.size",
            Topic.MAX_EVENT_BYTES + 1024);
    byte[] largest = new byte[Topic.MAX_EVENT_BYTES];
    new Random(1).nextBytes(largest); // does not compress
    try (var producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (String did : List.of("did:plc:a", "did:plc:b", "did:web:c.example")) {
        RecordMetadata written =
            producer
                .send(
                    new ProducerRecord<>(Topic.FIREHOSE_LIVE.topicName(), Topic.key(did), largest))
                .get(30, TimeUnit.SECONDS);
        assertThat(written.partition()).isEqualTo(Topic.partitionOf(did, 4));
      }
    }
  }

  private static Config config(Topic topic) throws Exception {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic.topicName());
    Config config =
        admin.describeConfigs(List.of(resource)).all().get(30, TimeUnit.SECONDS).get(resource);
    assertThat(config).isNotNull();
    return config;
  }
}
