package dev.millrace.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedKafkaIT {
  private static final String TOPIC = "written";

  @TempDir private Path directory;

  @Test
  void shouldKeepDataAndAddressOverARestart() throws Exception {
    String address;
    try (EmbeddedKafka kafka = EmbeddedKafka.start(directory, 0)) {
      address = kafka.bootstrapServers();
      createTopic(address);
      write(address, "tx-1", "one", "two");
    }
    try (EmbeddedKafka kafka = EmbeddedKafka.start(directory, 0)) {
      assertThat(kafka.bootstrapServers()).isEqualTo(address).startsWith("127.0.0.1:");
      write(address, "tx-1", "three");
      assertThat(read(address, 3)).containsExactly("one", "two", "three");
    }
  }

  @Test
  void shouldKeepWhatWasCommittedBeforeAHardKill() throws Exception {
    String address;
    try (ChildJvm child = ChildJvm.start(WriteAndHang.class, directory.toString())) {
      address = child.awaitLine("written");
      child.kill();
    }
    try (EmbeddedKafka kafka = EmbeddedKafka.start(directory, 0)) {
      assertThat(kafka.bootstrapServers()).isEqualTo(address);
      write(address, "tx-1", "after");
      assertThat(read(address, 3)).containsExactly("one", "two", "after");
    }
  }

  @Test
  void shouldRefuseADirectoryInUse() {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(directory, 0)) {
      assertThat(kafka.bootstrapServers()).isNotEmpty();
      assertThatThrownBy(() -> EmbeddedKafka.start(directory, 0))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("another process is running on");
    }
  }

  /** Writes two records in a transaction, says so and waits to be killed. */
  static final class WriteAndHang {
    public static void main(String[] arguments) throws Exception {
      EmbeddedKafka kafka = EmbeddedKafka.start(Path.of(arguments[0]), 0);
      createTopic(kafka.bootstrapServers());
      write(kafka.bootstrapServers(), "tx-1", "one", "two");
      System.out.println("written " + kafka.bootstrapServers());
      TimeUnit.MINUTES.sleep(2);
    }
  }

  private static void createTopic(String address) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", (Object) address))) {
      admin
          .createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1)))
          .all()
          .get(30, TimeUnit.SECONDS);
    }
  }

  private static void write(String address, String transactionalId, String... values) {
    Map<String, Object> settings =
        Map.of("bootstrap.servers", address, "transactional.id", transactionalId);
    try (var producer =
        new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
      producer.initTransactions();
      producer.beginTransaction();
      for (String value : values) {
        var _ = producer.send(new ProducerRecord<>(TOPIC, "key", value));
      }
      producer.commitTransaction();
    }
  }

  private static List<String> read(String address, int count) {
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers", address,
            "isolation.level", "read_committed",
            "auto.offset.reset", "earliest");
    List<String> values = new ArrayList<>();
    try (var consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
      consumer.assign(List.of(new TopicPartition(TOPIC, 0)));
      long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
      while (values.size() < count && System.nanoTime() < deadline) {
        consumer.poll(Duration.ofMillis(200)).forEach(record -> values.add(record.value()));
      }
    }
    return values;
  }
}
