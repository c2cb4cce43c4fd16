package dev.millrace.connectors.replay;

import static dev.millrace.connectors.sink.Events.LIKE;
import static dev.millrace.connectors.sink.Events.POST;
import static dev.millrace.connectors.sink.Events.like;
import static dev.millrace.connectors.sink.Events.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.connectors.kafka.CursorStore;
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
import dev.millrace.schema.event.CursorKey;
import dev.millrace.schema.event.CursorValue;
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
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.IntStream;
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
import org.junit.jupiter.api.Test;

/** Replays against a real broker and a real database. */
class ReplayIT {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final ReplayStart BEGINNING = new ReplayStart.Beginning();
  private static final int REPOS = 6;

  private final String group = "group-" + UUID.randomUUID();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private EmbeddedKafka broker;
  private EmbeddedPostgres postgres;
  private KafkaConnection kafka;
  private DataSource database;
  private DataSource other;
  private Admin admin;

  @BeforeEach
  void fillTheDatabase() throws Exception {
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
  void stop() {
    admin.close();
    postgres.close();
    broker.close();
  }

  private DataSource migrated(String schema) {
    Database made = Database.of(postgres.jdbcUrl(), schema);
    Migrations.migrate(made);
    return made.dataSource();
  }

  @Test
  void shouldEndInEqualRowsFromTheBeginning() throws Exception {
    bookmark();
    List<String> before = rows(database);

    try (Replay replay = replay(database)) {
      ReplayPlan plan = replay.prepare(BEGINNING, Set.of(), "all", false);
      assertThat(plan.gone()).isEmpty();
      assertThat(plan.missesRepos()).isFalse();
      assertThat(count(database, "record")).isZero();
      assertThat(replay.unfinished()).contains("all");
      assertThat(replay.requests().write(meters, written -> {})).isZero();
      index(database, group);
      assertThat(replay.unfinished()).isEmpty();
    }

    assertThat(rows(database)).isEqualTo(before);
    assertThat(before).anyMatch(row -> row.contains("T1")).anyMatch(row -> row.contains("T2"));
    assertThat(count(database, "kept_record")).isZero();
  }

  @Test
  void shouldGoOnAfterAKillWhileItReads() throws Exception {
    List<String> before = rows(database);
    try (Replay replay = replay(database)) {
      replay.prepare(BEGINNING, Set.of(), "all", false);
    }
    try (PostgresSink sink = sink(database, group, 1)) {
      await().atMost(LIMIT).until(() -> count(database, "record") > 0);
      assertThat(sink.ended().toCompletableFuture()).isNotDone();
    }

    try (Replay again = replay(database)) {
      assertThat(again.unfinished()).contains("all");
      index(database, group);
    }

    assertThat(rows(database)).isEqualTo(before);
  }

  @Test
  void shouldKeepWhatIsTheOperatorsWhenItIsBegunTwice() throws Exception {
    List<String> before = rows(database);
    try (Replay replay = replay(database)) {
      replay.prepare(BEGINNING, Set.of(), "all", false);
      replay.prepare(BEGINNING, Set.of(), "all", true);
      index(database, group);
    }

    assertThat(rows(database)).isEqualTo(before);
  }

  @Test
  void shouldAskForEveryRepoWhereTheTopicsNoLongerReachBack() throws Exception {
    CursorStore cursors = new CursorStore(kafka);
    for (CursorKey.Stream stream :
        List.of(CursorKey.Stream.REPOS, CursorKey.Stream.LABELS, CursorKey.Stream.FIREHOSE)) {
      cursors.set(
          new CursorKey(stream, "host.example"),
          CursorValue.at("5", null, Instant.now().toString()),
          meters);
    }
    trim(Topic.FIREHOSE_LIVE);
    trim(Topic.LABEL_LIVE);

    try (Replay replay = replay(database)) {
      ReplayPlan plan = replay.prepare(BEGINNING, Set.of(), "all", false);

      assertThat(plan.gone())
          .extracting(ReplayPlan.Gone::topic)
          .contains(Topic.FIREHOSE_LIVE, Topic.LABEL_LIVE)
          .doesNotContain(Topic.FIREHOSE_BACKFILL);
      assertThat(plan.gone())
          .allSatisfy(gone -> assertThat(gone.start()).isGreaterThan(gone.asked()));
      assertThat(plan.missesRepos()).isTrue();
      assertThat(plan.missesLabels()).isTrue();
      assertThatThrownBy(
              () ->
                  replay
                      .requests()
                      .write(
                          meters,
                          written -> {
                            throw new IllegalStateException("killed");
                          }))
          .hasMessage("killed");
    }
    try (Replay again = replay(database)) {
      assertThat(again.requests().resetCursors(meters))
          .containsExactlyInAnyOrder(
              new CursorKey(CursorKey.Stream.REPOS, "host.example"),
              new CursorKey(CursorKey.Stream.LABELS, "host.example"));
      again.requests().write(meters, written -> {});
      assertThat(again.requests().resetCursors(meters)).isEmpty();
    }

    assertThat(cursors.list().keySet())
        .containsExactly(new CursorKey(CursorKey.Stream.FIREHOSE, "host.example"));
    assertThat(requested())
        .containsExactlyElementsOf(
            new TreeSet<>(
                IntStream.range(0, REPOS).mapToObj(i -> "did:plc:repo" + i + " replay").toList()));
    assertThat(count(database, "replay_request")).isZero();
  }

  @Test
  void shouldTakeWhatIsTheOperatorsIntoANewDatabase() throws Exception {
    bookmark();
    List<String> before = rows(database);
    execute(
        database,
        "INSERT INTO mute (\"subjectDid\", \"mutedByDid\", \"createdAt\") VALUES ('a', 'b', 'c')",
        "INSERT INTO moderation_event (action, \"subjectType\", \"subjectDid\", \"createdAt\","
            + " \"createdBy\", meta) VALUES ('a', 'b', 'c', 'd', 'e', '{\"x\": 1}')");
    String newGroup = "new-" + group;
    try (Replay replay = new Replay(kafka, database, other, newGroup)) {
      replay.prepare(BEGINNING, Set.of(), "all", false);
      assertThat(rows(database)).isEqualTo(before);
      assertThat(admin.listConsumerGroupOffsets(newGroup).partitionsToOffsetAndMetadata().get())
          .containsKey(new TopicPartition(Topic.FIREHOSE_LIVE.topicName(), 0));
      index(other, newGroup);
    }
    assertThat(rows(other)).isEqualTo(before);
    assertThat(count(other, "mute")).isOne();
    assertThat(count(other, "moderation_event")).isOne();
    assertThat(count(other, "view_param")).isEqualTo(2);

    try (Replay replay = new Replay(kafka, database, other, newGroup)) {
      assertThatThrownBy(() -> replay.prepare(BEGINNING, Set.of(), "all", false))
          .hasMessageContaining("is not empty");
    }
  }

  @Test
  void shouldEmptyNoOtherDatabaseThanOneThatAReplayHasBegunToFill() throws Exception {
    String newGroup = "new-" + group;
    DataSource sameByAnotherName = migrated("bsky");
    try (Replay replay = new Replay(kafka, database, sameByAnotherName, newGroup)) {
      assertThatThrownBy(() -> replay.prepare(BEGINNING, Set.of(), "all", true))
          .hasMessageContaining("is the present one");
    }
    execute(other, "INSERT INTO actor (did, \"indexedAt\") VALUES ('did:plc:served', '')");
    try (Replay replay = new Replay(kafka, database, other, newGroup)) {
      assertThatThrownBy(() -> replay.prepare(BEGINNING, Set.of(), "all", true))
          .hasMessageContaining("not empty, and no replay into it is unfinished");
      assertThat(count(other, "actor")).isOne();
      execute(other, "DELETE FROM actor");
      replay.prepare(BEGINNING, Set.of(), "all", false);
      replay.prepare(BEGINNING, Set.of(), "all", true);
    }
    assertThat(count(database, "record")).isPositive();
  }

  @Test
  void shouldFillANewDatabaseWithOneTopicAlone() throws Exception {
    String newGroup = "new-" + group;
    try (Replay replay = new Replay(kafka, database, other, newGroup)) {
      ReplayPlan plan = replay.prepare(BEGINNING, Set.of(Topic.LABEL_LIVE), "labels", false);
      assertThat(plan.positions().get(0)).containsOnlyKeys(Topic.LABEL_LIVE);
      index(other, newGroup, List.of(Topic.LABEL_LIVE));
    }

    assertThat(rows(other))
        .filteredOn(row -> !row.startsWith("actor"))
        .isNotEmpty()
        .isEqualTo(rows(database).stream().filter(row -> row.startsWith("label")).toList());
    assertThat(count(other, "kept_record")).isEqualTo(2);
  }

  @Test
  void shouldEndAtWhatTheTopicsHeldWhenItWasBegunAndKeepWhatHasNotComeBack() throws Exception {
    execute(
        database,
        "INSERT INTO record (uri, cid, did, json, \"indexedAt\", \"takedownRef\") VALUES"
            + " ('at://did:plc:repo0/x.y/gone', 'c', 'did:plc:repo0', '{}', '', 'T9')");
    try (Replay replay = replay(database)) {
      replay.prepare(BEGINNING, Set.of(), "all", false);
      long left = replay.left();
      assertThat(left).isPositive();
      sendEverything();
      assertThat(replay.left()).isEqualTo(left);
      index(database, group);
      assertThat(replay.left()).isZero();
    }
    assertThat(count(database, "kept_record")).isOne();
  }

  @Test
  void shouldNotEndBeforeEverythingIsAskedFor() throws Exception {
    trim(Topic.FIREHOSE_LIVE);
    try (Replay replay = replay(database)) {
      replay.prepare(BEGINNING, Set.of(), "all", false);
      try (PostgresSink sink = sink(database, group, 500)) {
        await().atMost(LIMIT).until(() -> replay.left() == 0);
        assertThat(replay.unfinished()).isPresent();
        replay.requests().resetCursors(meters);
        assertThat(replay.unfinished()).isPresent();
        replay.requests().write(meters, written -> {});
        await().atMost(LIMIT).until(() -> replay.unfinished().isEmpty());
        assertThat(sink.ended().toCompletableFuture()).isNotDone();
      }
    }
  }

  @Test
  void shouldAskForWhatAnUnfinishedOneHadStillToAskFor() throws Exception {
    trim(Topic.FIREHOSE_LIVE);
    trim(Topic.LABEL_LIVE);
    try (Replay replay = replay(database)) {
      replay.prepare(BEGINNING, Set.of(), "all", false);
      replay.prepare(BEGINNING, Set.of(Topic.IDENTITIES), "identities", true);
    }
    assertThat(count(database, "replay_request")).isEqualTo(REPOS);
    assertThat(count(database, "replay WHERE listings AND labels")).isOne();
    assertThat(count(database, "replay WHERE ends ? 'firehose_live-0' AND NOT into_empty")).isOne();
  }

  @Test
  void shouldMendEveryTopicThatBeginsAfterItsPosition() throws Exception {
    execute(
        database,
        "UPDATE partition_position SET positions = positions || '{\"firehose_live\": 1,"
            + " \"firehose_backfill\": 1}' WHERE partition = 0");
    trim(Topic.FIREHOSE_LIVE);
    trim(Topic.FIREHOSE_BACKFILL);
    requireDeath("1 is outside the log", "millrace replay --topic firehose_live");

    try (Replay replay = replay(database)) {
      ReplayPlan plan = replay.prepare(BEGINNING, Set.of(Topic.FIREHOSE_LIVE), "live", false);
      assertThat(plan.positions().get(0))
          .containsOnlyKeys(Topic.FIREHOSE_LIVE, Topic.FIREHOSE_BACKFILL);
      assertThat(plan.positions().get(1)).containsOnlyKeys(Topic.FIREHOSE_LIVE);
      assertThat(plan.gone()).extracting(ReplayPlan.Gone::topic).contains(Topic.FIREHOSE_BACKFILL);
      replay.requests().resetCursors(meters);
      replay.requests().write(meters, written -> {});
      index(database, group);
    }
  }

  @Test
  void shouldRebuildAndAskForEverythingWhenATopicWasMadeAnew() throws Exception {
    execute(
        database,
        "UPDATE partition_position SET positions = positions || '{\"firehose_live\": 1000}' WHERE"
            + " partition = 1");
    requireDeath("the topic was made anew", "fetched again: millrace replay");

    try (Replay replay = replay(database)) {
      assertThatThrownBy(() -> replay.plan(BEGINNING, Set.of(Topic.FIREHOSE_LIVE)))
          .hasMessageContaining("only a rebuild mends that");
      ReplayPlan plan = replay.prepare(BEGINNING, Set.of(), "all", false);
      assertThat(plan.gone())
          .singleElement()
          .satisfies(gone -> assertThat(gone.beyond()).isEqualTo(1000));
      assertThat(plan.missesRepos()).isTrue();
      replay.requests().resetCursors(meters);
      assertThat(replay.requests().write(meters, written -> {})).isEqualTo(REPOS);
      index(database, group);
    }
  }

  /** The sink stops, and its last words end with the command that mends it. */
  private void requireDeath(String reason, String command) {
    try (PostgresSink sink = sink(database, group, 500)) {
      assertThat(sink.ended().toCompletableFuture())
          .failsWithin(LIMIT)
          .withThrowableThat()
          .withMessageContaining(reason)
          .withMessageEndingWith(command);
    }
  }

  @Test
  void shouldReadOneTopicAgainOverWhatIsThere() throws Exception {
    List<String> before = rows(database);
    execute(database, "DELETE FROM label");
    ReplayStart since = new ReplayStart.Since(Instant.now().minus(Duration.ofDays(1)));

    try (Replay replay = replay(database)) {
      ReplayPlan plan = replay.prepare(since, Set.of(Topic.LABEL_LIVE), "labels", false);
      assertThat(plan.isRebuild()).isFalse();
      assertThat(plan.missesRepos()).isFalse();
      assertThat(count(database, "record")).isPositive();
      index(database, group);
    }

    assertThat(rows(database)).isEqualTo(before);
  }

  @Test
  void shouldMendAPositionBelowTheLogsStart() throws Exception {
    execute(
        database,
        "UPDATE partition_position SET positions = positions || '{\"firehose_live\": 1}' WHERE"
            + " partition = 0");
    trim(Topic.FIREHOSE_LIVE);

    try (Replay replay = replay(database)) {
      ReplayPlan plan = replay.prepare(BEGINNING, Set.of(Topic.FIREHOSE_LIVE), "live", false);
      assertThat(plan.unknownPartitions()).containsExactly(0);
      replay.requests().resetCursors(meters);
      replay.requests().write(meters, written -> {});
      index(database, group);
    }

    assertThat(requested())
        .isNotEmpty()
        .allSatisfy(
            request -> assertThat(Topic.partitionOf(request.replace(" replay", ""), 2)).isZero());
  }

  @Test
  void shouldBeginAtGivenPositions() throws Exception {
    String json = "{\"0\": {\"label_live\": 1}, \"1\": {\"label_live\": 0}}";
    try (Replay replay = replay(database)) {
      ReplayPlan plan = replay.plan(ReplayStart.Positions.parse(json), Set.of(Topic.LABEL_LIVE));
      assertThat(plan.positions().get(0)).containsEntry(Topic.LABEL_LIVE, 1L);
      assertThat(plan.positions().get(1)).containsEntry(Topic.LABEL_LIVE, 0L);
      execute(
          database, "UPDATE partition_position SET positions = positions || '{\"label_live\": 0}'");
      assertThat(
              replay
                  .plan(ReplayStart.Positions.parse(json), Set.of(Topic.LABEL_LIVE))
                  .positions()
                  .get(0))
          .as("back, never forward past what was not read")
          .containsEntry(Topic.LABEL_LIVE, 0L);
      assertThatThrownBy(() -> replay.plan(ReplayStart.Positions.parse(json), Set.of()))
          .hasMessageContaining("name no offset of firehose_live partition 0");
    }
    assertThatThrownBy(() -> ReplayStart.Positions.parse("[1]")).hasMessageContaining("is not {");
  }

  @Test
  void shouldRefuseWhileAnIndexerIsAtWork() throws Exception {
    try (PostgresSink sink = sink(database, group, 500);
        Replay replay = replay(database)) {
      await()
          .atMost(LIMIT)
          .untilAsserted(
              () ->
                  assertThatThrownBy(replay::requireNoMembers)
                      .hasMessageContaining("an indexer is at work: group " + group));
      assertThat(sink.close(Duration.ofSeconds(20))).isTrue();
      replay.requireNoMembers();
    }
  }

  @Test
  void shouldKnowOfEveryTableWhetherARebuildEmptiesIt() {
    assertThat(ReplayTables.emptied())
        .contains("record", "like", "post", "label", "repo_state", "tombstone")
        .doesNotContain("actor", "partition_position", "kept_record", "replay");
  }

  private Replay replay(DataSource target) {
    return new Replay(kafka, database, target, group);
  }

  private PostgresSink sink(DataSource target, String consumers, int batchSize) {
    return sink(target, consumers, batchSize, SinkOptions.ALL_STREAMS);
  }

  private PostgresSink sink(
      DataSource target, String consumers, int batchSize, List<Topic> streams) {
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

  private void index(DataSource target, String consumers) throws Exception {
    index(target, consumers, SinkOptions.ALL_STREAMS);
  }

  /** Runs the sink until nothing is left, and a replay that was begun has ended. */
  private void index(DataSource target, String consumers, List<Topic> streams) throws Exception {
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

  private void sendEverything() {
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
  private void trim(Topic topic) throws Exception {
    Logs logs = new Logs(admin);
    Map<TopicPartition, RecordsToDelete> deletions = new HashMap<>();
    logs.ends(logs.partitions(List.of(topic.topicName())))
        .forEach((p, end) -> deletions.put(p, RecordsToDelete.beforeOffset((end + 1) / 2)));
    admin.deleteRecords(deletions).all().get();
  }

  private Set<String> requested() throws Exception {
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
  private static List<String> rows(DataSource source) throws SQLException {
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
  private void bookmark() throws SQLException {
    execute(
        database,
        "INSERT INTO bookmark (creator, key, \"subjectUri\", \"subjectCid\", \"indexedAt\") VALUES"
            + " ('a', '1', 'at://x', 'c', ''), ('b', '1', 'at://x', 'c', '')",
        "INSERT INTO post_agg (uri, \"bookmarkCount\") VALUES ('at://x', 2)");
  }

  private static long count(DataSource source, String table) throws SQLException {
    try (Connection connection = source.getConnection()) {
      return ReplayTables.count(connection, "SELECT count(*) FROM " + table);
    }
  }

  private static void execute(DataSource source, String... commands) throws SQLException {
    try (Connection connection = source.getConnection()) {
      ReplayTables.execute(connection, commands);
    }
  }
}
