package dev.millrace.connectors.trim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.connectors.kafka.KafkaConnection;
import dev.millrace.embedded.EmbeddedKafka;
import dev.millrace.embedded.EmbeddedPostgres;
import dev.millrace.schema.database.Database;
import dev.millrace.schema.database.Migrations;
import dev.millrace.schema.topic.Topic;
import dev.millrace.schema.topic.Topics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Trimming against a real broker and a real database: nothing unread ever goes. */
class TrimmerIT {
  private static final TopicPartition LIVE = live(0);
  private static final String TRACKER = "tracker";

  private static EmbeddedKafka kafka;
  private static EmbeddedPostgres postgres;
  private static DataSource database;
  private static Admin admin;

  /** A day after the events. */
  private final Clock later = Clock.fixed(Instant.now().plus(Duration.ofDays(1)), ZoneOffset.UTC);

  @BeforeAll
  static void start() {
    kafka = EmbeddedKafka.temporary();
    postgres = EmbeddedPostgres.temporary();
    Database bsky = Database.of(postgres.jdbcUrl());
    Migrations.migrate(bsky);
    database = bsky.dataSource();
    admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
  }

  @AfterAll
  static void stop() {
    admin.close();
    postgres.close();
    kafka.close();
  }

  @BeforeEach
  void freshTopics() throws Exception {
    if (!admin.listTopics().names().get().isEmpty()) {
      List<String> groups =
          admin.listGroups().all().get().stream().map(group -> group.groupId()).toList();
      admin.deleteConsumerGroups(groups).all().get();
      admin.deleteTopics(Arrays.stream(Topic.values()).map(Topic::topicName).toList()).all().get();
      await().until(() -> admin.listTopics().names().get().isEmpty());
    }
    Topics.create(admin, 2, 1);
    execute("TRUNCATE partition_position");
    produce(Topic.FIREHOSE_LIVE, 10);
    sinkAt(0, 10);
    sinkAt(1, 10);
    commit(TRACKER, Map.of(live(0), 10L, live(1), 10L));
  }

  @Test
  void shouldDeleteWhatEverybodyHasReadAndIsOlderThanTheWindow() throws Exception {
    assertThat(pass(later, TrimOptions.DEFAULT_WINDOW).deleted()).isEmpty();
    assertThat(start(LIVE)).isZero();

    assertThat(pass(later, Duration.ofHours(20)).deleted()).containsEntry("firehose_live", 20L);
    assertThat(start(LIVE)).isEqualTo(10);
    assertThat(start(live(1))).isEqualTo(10);
  }

  @Test
  void shouldKeepAWindowOfItsOwnForATopic() throws Exception {
    TrimOptions options =
        options(Duration.ofHours(20), Map.of(Topic.FIREHOSE_LIVE, Duration.ofHours(30)), Set.of());

    assertThat(pass(options, later).deleted()).isEmpty();
  }

  @Test
  void shouldKeepWhatALaggingReaderHasNotRead() throws Exception {
    commit("somebody", Map.of(live(0), 3L, live(1), 10L));
    sinkAt(1, 7);

    TrimPass.Result result = pass(later, Duration.ZERO);

    assertThat(start(LIVE)).isEqualTo(3);
    assertThat(start(live(1))).isEqualTo(7);
    assertThat(result.held())
        .extracting(held -> held.reader() + " " + held.position() + " " + held.events())
        .containsExactlyInAnyOrder(
            "group somebody " + OptionalLong.of(3) + " 7",
            "the indexer (table partition_position) " + OptionalLong.of(7) + " 3");
  }

  @Test
  void shouldKeepAPartitionThatTheIndexerHasNoPositionOf() throws Exception {
    execute("DELETE FROM partition_position WHERE partition = 0");

    pass(later, Duration.ZERO);

    assertThat(start(LIVE)).isZero();
    assertThat(start(live(1))).isEqualTo(10);
  }

  @Test
  void shouldKeepAPartitionThatAReaderOfTheTopicHasNotCommitted() throws Exception {
    commit("half", Map.of(live(1), 10L));

    pass(later, Duration.ZERO);

    assertThat(start(LIVE)).isZero();
    assertThat(start(live(1))).isEqualTo(10);
  }

  @Test
  void shouldKeepEverythingForAGroupThatHasJustBegun() throws Exception {
    try (KafkaConsumer<byte[], byte[]> fresh =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                kafka.bootstrapServers(),
                "group.id",
                "fresh",
                "auto.offset.reset",
                "earliest",
                "enable.auto.commit",
                false),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      fresh.subscribe(List.of(LIVE.topic()));
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> !fresh.poll(Duration.ofMillis(100)).isEmpty());

      pass(later, Duration.ZERO);

      assertThat(start(LIVE)).isZero();
    }
  }

  @Test
  void shouldKeepEverythingForAReaderThatHasNeverBegun() throws Exception {
    admin.deleteConsumerGroups(List.of(TRACKER)).all().get();

    TrimPass.Result result = pass(later, Duration.ZERO);

    assertThat(start(LIVE)).isZero();
    assertThat(result.held()).extracting(TrimPlan.Held::reader).containsOnly("group tracker");
  }

  @Test
  void shouldNotWaitForAGroupThatIsToBeIgnored() throws Exception {
    commit("dead", Map.of(live(0), 1L));
    admin.deleteConsumerGroups(List.of(TRACKER)).all().get();

    pass(options(Duration.ZERO, Map.of(), Set.of("dead", TRACKER)), later);

    assertThat(start(LIVE)).isEqualTo(10);
  }

  @Test
  void shouldLeaveATopicAloneThatNobodyReads() throws Exception {
    produce(Topic.REPO_BACKFILL, 5);

    pass(later, Duration.ZERO);

    assertThat(start(new TopicPartition("repo_backfill", 0))).isZero();
  }

  @Test
  void shouldDoNothingWhileAnotherOneIsAtItOrPositionsAreMovedBack() throws Exception {
    try (Connection other = database.getConnection()) {
      other.setAutoCommit(false);
      TrimLock.take(other);

      assertThat(new TrimPass(options(Duration.ZERO, Map.of(), Set.of()), admin, later).run())
          .isEmpty();
      other.rollback();
    }
    assertThat(start(LIVE)).isZero();
  }

  @Test
  void shouldSayInAMetricWhoHoldsWhat() throws Exception {
    commit("slow", Map.of(live(0), 4L, live(1), 10L));
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    TrimOptions options =
        new TrimOptions(
            new KafkaConnection(kafka.bootstrapServers()),
            database,
            Duration.ZERO,
            Map.of(),
            Map.of(Topic.FIREHOSE_LIVE, Set.of(TRACKER)),
            Set.of(),
            Duration.ofMillis(100));

    try (Trimmer trimmer = Trimmer.start(options, meters)) {
      await()
          .atMost(Duration.ofSeconds(60))
          .until(
              () -> meters.find("millrace.trim.held").tag("reader", "group slow").gauge() != null);
      assertThat(meters.get("millrace.trim.held").tag("reader", "group slow").gauge().value())
          .isEqualTo(6);
      assertThat(meters.get("millrace.trim.deleted").counter().count()).isEqualTo(14);
      assertThat(trimmer.ready()).isTrue();
      commit("slow", Map.of(live(0), 10L));
      await().atMost(Duration.ofSeconds(60)).until(() -> start(LIVE) == 10);
    }
  }

  private static TrimPass.Result pass(Clock clock, Duration window) throws Exception {
    return pass(options(window, Map.of(), Set.of()), clock);
  }

  private static TrimPass.Result pass(TrimOptions options, Clock clock) throws Exception {
    Optional<TrimPass.Result> result = new TrimPass(options, admin, clock).run();
    return result.orElseThrow();
  }

  private static TrimOptions options(
      Duration window, Map<Topic, Duration> windows, Set<String> ignored) {
    return new TrimOptions(
        new KafkaConnection(kafka.bootstrapServers()),
        database,
        window,
        windows,
        Map.of(Topic.FIREHOSE_LIVE, Set.of(TRACKER)),
        ignored,
        TrimOptions.DEFAULT_INTERVAL);
  }

  private static TopicPartition live(int partition) {
    return new TopicPartition(Topic.FIREHOSE_LIVE.topicName(), partition);
  }

  private static long start(TopicPartition partition) throws Exception {
    return new Logs(admin).starts(List.of(partition)).getOrDefault(partition, -1L);
  }

  /** So many events on each partition. */
  private static void produce(Topic topic, int each) {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      IntStream.range(0, each)
          .forEach(
              i -> {
                for (int p = 0; p < 2; p++) {
                  var _ =
                      producer.send(
                          new ProducerRecord<>(topic.topicName(), p, new byte[1], new byte[1]));
                }
              });
      producer.flush();
    }
  }

  private static void sinkAt(int partition, long live) throws SQLException {
    execute(
        ("INSERT INTO partition_position VALUES (%1$d, '{\"firehose_live\": %2$d}') ON CONFLICT"
                + " (partition) DO UPDATE SET positions = excluded.positions")
            .formatted(partition, live));
  }

  private static void commit(String group, Map<TopicPartition, Long> offsets) throws Exception {
    Map<TopicPartition, OffsetAndMetadata> wanted = new HashMap<>();
    offsets.forEach((partition, offset) -> wanted.put(partition, new OffsetAndMetadata(offset)));
    admin.alterConsumerGroupOffsets(group, wanted).all().get();
  }

  private static void execute(String sql) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
