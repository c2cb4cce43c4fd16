package dev.millrace.connectors.replay;

import static dev.millrace.connectors.sink.Events.LIKE;
import static dev.millrace.connectors.sink.Events.POST;
import static dev.millrace.connectors.sink.Events.like;
import static dev.millrace.connectors.sink.Events.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.connectors.kafka.KafkaConnection;
import dev.millrace.connectors.sink.Events;
import dev.millrace.connectors.sink.PartitionPositions;
import dev.millrace.connectors.sink.PostgresSink;
import dev.millrace.connectors.sink.SinkOptions;
import dev.millrace.connectors.sink.collection.NotificationAge;
import dev.millrace.connectors.trim.Logs;
import dev.millrace.embedded.EmbeddedKafka;
import dev.millrace.embedded.EmbeddedPostgres;
import dev.millrace.schema.database.Database;
import dev.millrace.schema.database.Migrations;
import dev.millrace.schema.event.EventCodec;
import dev.millrace.schema.event.LabelEvent;
import dev.millrace.schema.event.RepoEvent;
import dev.millrace.schema.event.Scope;
import dev.millrace.schema.topic.Topic;
import dev.millrace.schema.topic.Topics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import javax.sql.DataSource;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * Tests of replays: a few repos on a real broker, indexed into a real database that an operator has
 * said something in, and another database that is empty.
 */
abstract class ReplayedNetwork {
  static final Duration LIMIT = Duration.ofMinutes(2);
  static final ReplayStart BEGINNING = new ReplayStart.Beginning();
  static final int REPOS = 6;

  final String group = "group-" + UUID.randomUUID();
  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private EmbeddedKafka broker;
  private EmbeddedPostgres postgres;
  KafkaConnection kafka;
  DataSource database;
  DataSource other;
  Admin admin;

  @BeforeEach
  private void fillTheDatabase() throws Exception {
    broker = EmbeddedKafka.temporary();
    postgres = EmbeddedPostgres.temporary();
    kafka = new KafkaConnection(broker.bootstrapServers());
    admin = Admin.create(kafka.admin());
    Topics.create(admin, 2, 1);
    database = migrated("bsky");
    other = migrated("other");
    sendEverything();
    index(database, group);
    execute(
        database,
        "UPDATE actor SET \"takedownRef\" = 'T1', \"trustedVerifier\" = true,"
            + " \"ageAssuranceStatus\" = 'assured' WHERE did = 'did:plc:repo1'",
        "UPDATE record SET \"takedownRef\" = 'T2' WHERE uri = 'at://did:plc:repo2/"
            + POST
            + "/kept'",
        "UPDATE record SET tags = '[\"x\"]' WHERE uri = 'at://did:plc:repo3/" + POST + "/kept'");
  }

  @AfterEach
  private void stop() {
    admin.close();
    postgres.close();
    broker.close();
  }

  DataSource migrated(String schema) {
    Database made = Database.of(postgres.jdbcUrl(), schema);
    Migrations.migrate(made);
    return made.dataSource();
  }

  /** The sink stops, and its last words end with the command that mends it. */
  void requireDeath(String reason, String command) {
    try (PostgresSink sink = sink(database, group, 500)) {
      assertThat(sink.ended().toCompletableFuture())
          .failsWithin(LIMIT)
          .withThrowableThat()
          .withMessageContaining(reason)
          .withMessageEndingWith(command);
    }
  }

  Replay replay(DataSource target) {
    return new Replay(kafka, database, target, group);
  }

  PostgresSink sink(DataSource target, String consumers, int batchSize) {
    return sink(target, consumers, batchSize, SinkOptions.ALL_STREAMS);
  }

  PostgresSink sink(DataSource target, String consumers, int batchSize, List<Topic> streams) {
    return PostgresSink.start(
        new SinkOptions(
            kafka,
            target,
            consumers,
            "sink",
            streams,
            2,
            batchSize,
            Duration.ofMillis(20),
            true,
            NotificationAge.any()),
        meters);
  }

  void index(DataSource target, String consumers) throws Exception {
    index(target, consumers, SinkOptions.ALL_STREAMS);
  }

  /** Runs the sink until nothing is left, and a replay that was begun has ended. */
  void index(DataSource target, String consumers, List<Topic> streams) throws Exception {
    try (PostgresSink sink = sink(target, consumers, 500, streams);
        Replay replay = new Replay(kafka, database, target, consumers)) {
      await()
          .atMost(LIMIT)
          .until(
              () -> {
                assertThat(sink.ended().toCompletableFuture()).isNotDone();
                return isAtTheEnds(target, streams)
                    && count(target, "derive_queue") == 0
                    && replay.unfinished().isEmpty();
              });
    }
  }

  private boolean isAtTheEnds(DataSource target, List<Topic> streams) throws Exception {
    Logs logs = new Logs(admin);
    Map<Integer, Map<Topic, Long>> stored;
    try (Connection connection = target.getConnection()) {
      stored = PartitionPositions.readAll(DSL.using(connection));
    }
    for (Topic topic : streams) {
      for (Map.Entry<TopicPartition, Long> end :
          logs.ends(logs.partitions(List.of(topic.topicName()))).entrySet()) {
        long position =
            stored.getOrDefault(end.getKey().partition(), Map.of()).getOrDefault(topic, 0L);
        if (position < end.getValue()) {
          return false;
        }
      }
    }
    return true;
  }

  void sendEverything() {
    List<RepoEvent> live = new ArrayList<>();
    List<RepoEvent> backfill = new ArrayList<>();
    List<LabelEvent> labels = new ArrayList<>();
    for (int i = 0; i < REPOS; i++) {
      Events repo = new Events("did:plc:repo" + i);
      String subject = "at://did:plc:repo" + (i + 1) % REPOS + "/" + POST + "/kept";
      live.add(repo.put(1, POST, "gone", "c1", post("one")));
      live.add(repo.put(2, POST, "kept", "c2", post("two")));
      live.add(repo.delete(3, POST, "gone"));
      live.add(repo.put(4, LIKE, "like", "c3", like(subject)));
      live.add(repo.commit(4));
      backfill.add(repo.held(5, POST, "kept", "c2", post("two"), 0));
      backfill.add(repo.held(5, POST, "old", "c4", post("old"), 0));
      backfill.add(repo.held(5, LIKE, "like", "c3", like(subject), 0));
      backfill.add(repo.closed(5, Scope.FULL, 0));
      labels.add(
          new LabelEvent(
              i, "l", "did:plc:l", repo.did(), null, "spam", false, "2026-01-01T00:00:00Z", null));
    }
    Events away = new Events("did:plc:repo4");
    live.add(away.account(9, false, "deactivated"));
    Map<String, Object> settings =
        new HashMap<>(Map.of("bootstrap.servers", broker.bootstrapServers()));
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      live.forEach(event -> send(producer, Topic.FIREHOSE_LIVE, event));
      backfill.forEach(event -> send(producer, Topic.FIREHOSE_BACKFILL, event));
      for (LabelEvent label : labels) {
        var _ =
            producer.send(
                new ProducerRecord<>(
                    Topic.LABEL_LIVE.topicName(),
                    Topic.key(label.key()),
                    EventCodec.encode(label)));
      }
      producer.flush();
    }
  }

  private static void send(KafkaProducer<byte[], byte[]> producer, Topic topic, RepoEvent event) {
    var _ =
        producer.send(
            new ProducerRecord<>(
                topic.topicName(), Topic.key(event.did()), EventCodec.encode(event)));
  }

  /** The first half of each partition of a topic. */
  void trim(Topic topic) throws Exception {
    Logs logs = new Logs(admin);
    Map<TopicPartition, RecordsToDelete> deletions = new HashMap<>();
    logs.ends(logs.partitions(List.of(topic.topicName())))
        .forEach((p, end) -> deletions.put(p, RecordsToDelete.beforeOffset((end + 1) / 2)));
    admin.deleteRecords(deletions).all().get();
  }

  Set<String> requested() throws Exception {
    Set<String> requested = new TreeSet<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                broker.bootstrapServers(),
                "isolation.level",
                "read_committed"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> all =
          new Logs(admin).partitions(List.of(Topic.REPO_REQUESTS.topicName()));
      consumer.assign(all);
      consumer.seekToBeginning(all);
      Map<TopicPartition, Long> ends = consumer.endOffsets(all);
      while (all.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
          var request = EventCodec.decodeRequest(record.value());
          requested.add(request.did() + " " + request.reason());
        }
      }
    }
    return requested;
  }

  /** Every row of every table that a rebuild concerns. */
  static List<String> rows(DataSource source) throws SQLException {
    List<String> tables = new ArrayList<>(ReplayTables.emptied());
    tables.remove("derive_queue");
    tables.add("actor");
    List<String> rows = new ArrayList<>();
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      for (String table : tables) {
        try (ResultSet results =
            statement.executeQuery(
                // The ids of notifications are numbered on.
                "SELECT (to_jsonb(t) - 'id')::text FROM \"%s\" t ORDER BY 1".formatted(table))) {
          while (results.next()) {
            rows.add(table + " " + results.getString(1));
          }
        }
      }
    }
    return rows;
  }

  /** As the AppView does when two of its users want to find a post again. */
  void bookmark() throws SQLException {
    execute(
        database,
        "INSERT INTO bookmark (creator, key, \"subjectUri\", \"subjectCid\", \"indexedAt\") VALUES"
            + " ('a', '1', 'at://x', 'c', ''), ('b', '1', 'at://x', 'c', '')",
        "INSERT INTO post_agg (uri, \"bookmarkCount\") VALUES ('at://x', 2)");
  }

  static long count(DataSource source, String table) throws SQLException {
    try (Connection connection = source.getConnection()) {
      return ReplayTables.count(connection, "SELECT count(*) FROM " + table);
    }
  }

  static void execute(DataSource source, String... commands) throws SQLException {
    try (Connection connection = source.getConnection()) {
      ReplayTables.execute(connection, commands);
    }
  }
}
