package dev.millrace.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.app.Main;
import dev.millrace.connectors.kafka.Batch;
import dev.millrace.connectors.kafka.KafkaConnection;
import dev.millrace.connectors.kafka.OneTransaction;
import dev.millrace.embedded.EmbeddedKafka;
import dev.millrace.schema.event.BadSpot;
import dev.millrace.schema.event.CursorKey;
import dev.millrace.schema.event.CursorValue;
import dev.millrace.schema.event.DeadLetter;
import dev.millrace.schema.event.EventCodec;
import dev.millrace.schema.event.RepoListing;
import dev.millrace.schema.topic.Topic;
import dev.millrace.schema.topic.Topics;
import dev.millrace.topology.backfiller.pending.PendingRepo;
import dev.millrace.topology.backfiller.pending.PendingRepoSerde;
import dev.millrace.topology.backfiller.pending.PendingStore;
import dev.millrace.topology.backfiller.pending.Wish;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** {@code millrace status} of a cluster whose contents are known. */
class StatusIT {
  private static final String GROUP = "prod_backfiller";
  private static final String NOW = "2026-01-01T00:00:00Z";
  private static final long NEVER = 4_000_000_000_000L;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void shouldSayWhatIsLeftAndWhy() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.temporary()) {
      KafkaConnection connection = new KafkaConnection(kafka.bootstrapServers());
      fill(kafka, connection);

      JsonNode status = new ObjectMapper().readTree(run(kafka, "--json", "--seconds", "1"));
      JsonNode repos = status.get("repos");
      assertThat(repos.get("untaken").asLong()).isEqualTo(1);
      assertThat(repos.at("/due/all").asLong()).isEqualTo(1);
      assertThat(repos.at("/due/byReason/new").asLong()).isEqualTo(1);
      assertThat(repos.at("/fetching/all").asLong()).isEqualTo(1);
      assertThat(status.at("/listings/all").asLong()).isEqualTo(2);
      assertThat(status.at("/listings/done").asLong()).isEqualTo(1);
      assertThat(status.at("/listings/open/half.example").asText()).isEqualTo("850000");
      assertThat(status.at("/listings/badSpots/half.example").asLong()).isEqualTo(1);
      assertThat(repos.at("/parked/all").asLong()).isEqualTo(2);
      assertThat(repos.at("/parked/byReason/http-500").asLong()).isEqualTo(2);
      assertThat(repos.at("/parked/byHost/bad.example").asLong()).isEqualTo(2);
      assertThat(status.at("/failed/timeout/all").asLong()).isEqualTo(1);
      assertThat(status.at("/failed/timeout/byHost/slow.example").asLong()).isEqualTo(1);
      JsonNode listing = topic(status, Topic.REPO_BACKFILL);
      assertThat(listing.at("/groups/0/group").asText()).isEqualTo(GROUP);
      assertThat(listing.at("/groups/0/lag").asLong()).isEqualTo(1);
      assertThat(listing.at("/groups/0/oldest").asText()).startsWith("20");
      assertThat(listing.at("/groups/0/secondsLeft").isNull()).as("nobody reads").isTrue();
      assertThat(status.get("done").isNull()).isTrue();

      assertThat(run(kafka, "--seconds", "1"))
          .contains(
              "listed or asked for",
              "2 http-500",
              "at bad.example 2",
              "slow.example 1",
              "1 of 2 read to their end",
              "half.example at cursor 850000",
              "1 being fetched");
      assertThat(err.toString()).isEmpty();
    }
  }

  @Test
  void shouldSpeakOfAClusterInWhichNothingEverRan() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.temporary()) {
      try (Admin admin = Admin.create(new KafkaConnection(kafka.bootstrapServers()).admin())) {
        Topics.create(admin, 2, 1);
      }
      JsonNode status = new ObjectMapper().readTree(run(kafka, "--json", "--seconds", "1"));
      assertThat(status.at("/repos/due/all").asLong()).isZero();
      assertThat(status.get("failed").isEmpty()).isTrue();
      assertThat(status.get("topics")).hasSize(Topic.values().length);
    }
  }

  private static JsonNode topic(JsonNode status, Topic topic) {
    for (JsonNode one : status.get("topics")) {
      if (one.get("topic").asText().equals(topic.topicName())) {
        return one;
      }
    }
    throw new AssertionError("no " + topic);
  }

  private static void fill(EmbeddedKafka kafka, KafkaConnection connection) throws Exception {
    try (Admin admin = Admin.create(connection.admin())) {
      Topics.create(admin, 1, 1);
      admin
          .createTopics(
              List.of(
                  new NewTopic(
                      PendingStore.changelog(GROUP), Optional.of(1), Optional.of((short) 1))))
          .all()
          .get();
      produce(kafka);
      admin
          .alterConsumerGroupOffsets(
              GROUP,
              Map.of(
                  new TopicPartition(Topic.REPO_BACKFILL.topicName(), 0), new OffsetAndMetadata(1)))
          .all()
          .get();
    }
    Batch letters = new Batch();
    letters.add(DeadLetter.of("timeout", null).did("did:plc:t").host("slow.example"));
    OneTransaction.write(connection, "test", letters);
  }

  private static void produce(EmbeddedKafka kafka) {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (String did : List.of("did:plc:a", "did:plc:b")) {
        send(producer, Topic.REPO_BACKFILL.topicName(), did, EventCodec.encode(listing(did)));
      }
      PendingRepo fresh = PendingRepo.of(Wish.of(listing("did:plc:a")), 1);
      pending(producer, fresh);
      pending(producer, failed("did:plc:c"));
      pending(producer, failed("did:plc:d"));
      pending(producer, failed("did:plc:done"));
      pending(producer, PendingRepo.of(Wish.of(listing("did:plc:e")), 1).fetching(2));
      cursor(producer, "repos:whole.example", "9", true);
      cursor(producer, "repos:half.example", "850000", false);
      cursor(producer, "repos:*@whole.example", "1", false);
      send(
          producer,
          Topic.INGEST_CURSORS.topicName(),
          CursorKey.parse("repos:half.example").spot("7").toString(),
          EventCodec.encode(
              new BadSpot("half.example", "7", "8", 1, 500, "http-500", "", 1, NOW, NOW)));
      send(producer, PendingStore.changelog(GROUP), "did:plc:done", null);
    }
  }

  private static void cursor(
      KafkaProducer<byte[], byte[]> producer, String key, String cursor, boolean done) {
    send(
        producer,
        Topic.INGEST_CURSORS.topicName(),
        key,
        EventCodec.encode(new CursorValue(cursor, null, null, done, NOW)));
  }

  private static RepoListing listing(String did) {
    return new RepoListing(did, "relay.example", null, null, true);
  }

  private static PendingRepo failed(String did) {
    return PendingRepo.of(Wish.of(listing(did)), 1).failed("http-500", "bad.example", NEVER);
  }

  private static void pending(KafkaProducer<byte[], byte[]> producer, PendingRepo repo) {
    byte[] value = PendingRepoSerde.serde().serializer().serialize("", repo);
    send(producer, PendingStore.changelog(GROUP), repo.did(), value);
  }

  private static void send(
      KafkaProducer<byte[], byte[]> producer, String topic, String did, byte @Nullable [] value) {
    var _ = producer.send(new ProducerRecord<>(topic, Topic.key(did), value));
  }

  private String run(EmbeddedKafka kafka, String... arguments) {
    CommandLine command =
        Main.commandLine(Map.of("KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers()));
    command.setErr(new PrintWriter(err, true));
    command.setOut(new PrintWriter(out, true));
    out.getBuffer().setLength(0);
    String[] all = new String[arguments.length + 1];
    all[0] = "status";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    assertThat(command.execute(all)).as(err.toString()).isZero();
    return out.toString();
  }
}
