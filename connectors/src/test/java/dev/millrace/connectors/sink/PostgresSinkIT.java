package dev.millrace.connectors.sink;

import static dev.millrace.connectors.sink.Events.LIKE;
import static dev.millrace.connectors.sink.Events.POST;
import static dev.millrace.connectors.sink.Events.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.connectors.kafka.KafkaConnection;
import dev.millrace.connectors.sink.collection.NotificationAge;
import dev.millrace.schema.event.CursorKey;
import dev.millrace.schema.event.CursorValue;
import dev.millrace.schema.event.EventCodec;
import dev.millrace.schema.event.LabelEvent;
import dev.millrace.schema.event.RecordEvent;
import dev.millrace.schema.event.RepoEvent;
import dev.millrace.schema.event.ResolvedIdentity;
import dev.millrace.schema.event.Scope;
import dev.millrace.schema.topic.Topic;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The whole part against a real broker and a real database: ownership, failures, positions. */
class PostgresSinkIT {
  private static final Duration LIMIT = Duration.ofSeconds(90);

  private static SinkDatabase database;
  private static SinkTopics topics;

  private final String group = "group-" + UUID.randomUUID();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final List<PostgresSink> started = new ArrayList<>();

  @BeforeAll
  static void migrate() throws Exception {
    database = new SinkDatabase();
    topics = new SinkTopics();
  }

  @BeforeEach
  void skip() throws Exception {
    database.clear();
    topics.skipTo(database);
  }

  @AfterEach
  void close() {
    started.forEach(PostgresSink::close);
  }

  private PostgresSink start(int concurrency, int batchSize, DataSource source) {
    PostgresSink sink =
        PostgresSink.start(
            new SinkOptions(
                new KafkaConnection(SinkDatabase.bootstrapServers()),
                source,
                group,
                "sink",
                SinkOptions.ALL_STREAMS,
                concurrency,
                batchSize,
                Duration.ofMillis(20),
                true,
                NotificationAge.any()),
            meters);
    started.add(sink);
    return sink;
  }

  private PostgresSink start() {
    return start(2, 1_000, database.dataSource());
  }

  private static List<RecordEvent> posts(int repos, int each, String prefix) {
    List<RecordEvent> events = new ArrayList<>();
    for (int i = 0; i < each; i++) {
      for (int repo = 0; repo < repos; repo++) {
        events.add(
            new Events("did:plc:repo" + repo).put(i + 1, POST, prefix + i, "cid", post("text")));
      }
    }
    return events;
  }

  private static void awaitRecords(int count) {
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () ->
                assertThat(database.one("SELECT count(*) FROM record"))
                    .isEqualTo(String.valueOf(count)));
  }

  private double applied() {
    return meters.find("millrace.sink.events").counters().stream()
        .mapToDouble(Counter::count)
        .sum();
  }

  private double foreignOffsets() {
    return meters.find("millrace.sink.foreign.offsets").counters().stream()
        .mapToDouble(Counter::count)
        .sum();
  }

  @Test
  void shouldTakeItsOwnOffsetsForItsOwn() throws Exception {
    topics.send(Topic.FIREHOSE_LIVE, posts(20, 10, "a"));
    PostgresSink first = start();
    awaitNoLag();
    first.close();
    // As after a hard kill: the database is ahead of what Kafka shows.
    database.execute(
        "UPDATE partition_position SET positions = jsonb_set(positions, '{firehose_live}', to_jsonb((positions->>'firehose_live')::bigint - 1))");
    start();
    awaitNoLag();
    assertThat(foreignOffsets()).isZero();
  }

  private void awaitNoLag() {
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () -> assertThat(topics.lags(group)).allSatisfy((p, lag) -> assertThat(lag).isZero()));
  }

  @Test
  void shouldBringTheLagOfEveryPartitionToZero() throws Exception {
    topics.send(Topic.FIREHOSE_LIVE, posts(20, 10, "a"));
    topics.sendAborted(Topic.FIREHOSE_LIVE, posts(1, 1, "never").getFirst());
    topics.sendAborted(Topic.FIREHOSE_BACKFILL, posts(1, 1, "never").getFirst());
    topics.sendLabel(
        new LabelEvent(
            1,
            "l",
            "did:plc:l",
            "did:plc:repo1",
            null,
            "spam",
            false,
            "2026-01-01T00:00:00Z",
            null));
    start();

    awaitRecords(200);
    awaitNoLag();
    topics.send(Topic.FIREHOSE_LIVE, posts(20, 1, "b"));
    awaitRecords(220);
    awaitNoLag();
    assertThat(database.one("SELECT count(*) FROM label")).isEqualTo("1");
    assertThat(applied()).isEqualTo(221);
  }

  @Test
  void shouldDoubleNothingWhenKafkaHoldsStaleOffsets() throws Exception {
    topics.send(Topic.FIREHOSE_LIVE, posts(20, 10, "a"));
    PostgresSink first = start();
    awaitRecords(200);
    first.close();
    // As if it had been killed between its commit in the database and the one in Kafka.
    topics
        .admin()
        .alterConsumerGroupOffsets(
            group,
            topics.offsets(OffsetSpec.earliest()).entrySet().stream()
                .collect(
                    Collectors.toMap(Map.Entry::getKey, e -> new OffsetAndMetadata(e.getValue()))))
        .all()
        .get();
    topics.send(Topic.FIREHOSE_LIVE, posts(20, 1, "b"));
    start();

    awaitRecords(220);
    awaitNoLag();
    assertThat(applied()).isEqualTo(220);
    assertThat(foreignOffsets()).isPositive();
  }

  @Test
  void shouldApplyEachEventOnceWhileInstancesComeAndGo() throws Exception {
    PostgresSink first = start(1, 50, database.dataSource());
    int total = 0;
    for (int round = 0; round < 12; round++) {
      topics.send(Topic.FIREHOSE_LIVE, posts(40, 5, "r" + round + "-"));
      topics.send(
          Topic.FIREHOSE_BACKFILL,
          List.of(new Events("did:plc:repo1").closed(round + 1, Scope.FULL, 0)));
      total += 200;
      if (round == 3) {
        awaitSome();
        start(2, 70, database.dataSource());
      } else if (round == 7) {
        first.close();
      } else if (round == 9) {
        start(1, 30, database.dataSource());
      }
    }
    // Closing snapshots of repo1 remove what they did not contain, in an order that is not fixed.
    awaitNoLag();
    assertThat(applied()).isEqualTo(total + 12);
    assertThat(database.one("SELECT count(*) FROM record WHERE did <> 'did:plc:repo1'"))
        .isEqualTo(String.valueOf(total / 40 * 39));
  }

  private static void awaitSome() {
    await().atMost(LIMIT).until(() -> !"0".equals(database.one("SELECT count(*) FROM record")));
  }

  @Test
  void shouldNotLetAZombieWrite() throws Exception {
    database.clear();
    try (AppliedBatches owner = new AppliedBatches(database);
        AppliedBatches zombie = new AppliedBatches(database)) {
      Events alice = new Events("did:plc:alice");
      owner.live(alice.put(1, POST, "a", "cid", post("owner")));
      Batch stale =
          zombie.next(List.of(zombie.nextLive(alice.put(9, POST, "a", "cid9", post("zombie")))));

      assertThatThrownBy(() -> zombie.writer().write(stale))
          .isInstanceOf(PositionsMovedException.class);
      assertThat(database.rows("SELECT text FROM post")).containsExactly("owner");
      owner.live(alice.put(2, POST, "b", "cid", post("goes on")));
      assertThat(database.rows("SELECT text FROM post ORDER BY text"))
          .containsExactly("goes on", "owner");
    }
  }

  @Test
  void shouldReadAgainWhenSomebodyElseHasMovedThePositions() throws Exception {
    topics.send(Topic.FIREHOSE_LIVE, posts(20, 2, "a"));
    start();
    awaitRecords(40);
    awaitNoLag();
    // Somebody put the positions back; what follows must be applied from there.
    database.execute("DELETE FROM record");
    database.execute("DELETE FROM post");
    database.execute("DELETE FROM partition_position");
    topics.skipTo(database);
    database.execute(
        "UPDATE partition_position SET positions = jsonb_set(positions, '{firehose_live}', to_jsonb((positions->>'firehose_live')::bigint - 1)) WHERE partition = 0");
    topics.send(Topic.FIREHOSE_LIVE, posts(20, 1, "b"));
    awaitRecords(20);
    awaitNoLag();
  }

  @Test
  void shouldSetAsideTheOneRowThatTheDatabaseRefuses() throws Exception {
    List<RepoEvent> events = new ArrayList<>(posts(20, 10, "a"));
    Events poisoned = new Events("did:plc:poison" + UUID.randomUUID());
    events.add(77, poisoned.put(1, LIKE, "bad", "cid", Records.tooLongLike()));
    events.add(
        99,
        poisoned.put(2, LIKE, "good", "cid", Events.like("at://did:plc:x/app.bsky.feed.post/a")));
    topics.send(Topic.FIREHOSE_LIVE, events);
    start();

    awaitRecords(201);
    awaitNoLag();
    assertThat(database.rows("SELECT uri FROM \"like\""))
        .containsExactly(poisoned.uri(LIKE, "good"));
    assertThat(SideTopic.letters(poisoned.did()))
        .singleElement()
        .satisfies(
            letter -> {
              assertThat(letter.reason()).isEqualTo("refused-by-database");
              assertThat(letter.exception()).contains("index row");
            });
  }

  @Test
  void shouldTryTheBatchAgainAfterCollisions() throws Exception {
    database.execute("CREATE SEQUENCE collisions");
    database.execute(
        "CREATE FUNCTION collide() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            + " IF nextval('collisions') <= 3 THEN RAISE EXCEPTION 'deadlock' USING ERRCODE = '40P01';"
            + " END IF; RETURN NULL; END $$");
    database.execute(
        "CREATE TRIGGER collide AFTER INSERT ON record FOR EACH STATEMENT EXECUTE FUNCTION collide()");
    try {
      topics.send(Topic.FIREHOSE_LIVE, posts(20, 2, "a"));
      start();
      awaitRecords(40);
      assertThat(meters.counter("millrace.sink.rollbacks", "cause", "collision").count())
          .isEqualTo(3);
      assertThat(applied()).isEqualTo(40);
    } finally {
      database.execute("DROP TRIGGER collide ON record");
      database.execute("DROP FUNCTION collide");
      database.execute("DROP SEQUENCE collisions");
    }
  }

  @Test
  void shouldWaitWhileTheDatabaseIsAwayAndGoOn() throws Exception {
    GatedDataSource gate = new GatedDataSource(database.dataSource());
    PostgresSink sink = start(2, 1_000, gate);
    topics.send(Topic.FIREHOSE_LIVE, posts(20, 2, "a"));
    awaitRecords(40);
    assertThat(sink.ready()).isTrue();

    gate.shut();
    topics.send(Topic.FIREHOSE_LIVE, posts(20, 2, "b"));
    await().atMost(LIMIT).until(() -> !sink.ready());
    assertThat(database.one("SELECT count(*) FROM record")).isEqualTo("40");

    gate.open();
    awaitRecords(80);
    await().atMost(LIMIT).until(sink::ready);
    awaitNoLag();
    assertThat(applied()).isEqualTo(80);
  }

  @Test
  void shouldWaitForADatabaseThatIsAwayAtTheStart() throws Exception {
    GatedDataSource gate = new GatedDataSource(database.dataSource());
    gate.shut();
    PostgresSink sink = start(1, 1_000, gate);
    topics.send(Topic.FIREHOSE_LIVE, posts(20, 2, "a"));
    await().atMost(LIMIT).until(() -> !sink.ready());
    gate.open();
    awaitRecords(40);
  }

  @Test
  void shouldStopAndNameTheGapWhenTheLogBeginsAfterThePosition() throws Exception {
    topics.send(Topic.FIREHOSE_LIVE, posts(20, 5, "a"));
    topics
        .admin()
        .deleteRecords(
            topics.offsets(OffsetSpec.latest()).entrySet().stream()
                .filter(e -> e.getKey().topic().equals("firehose_live"))
                .collect(
                    Collectors.toMap(
                        Map.Entry::getKey, e -> RecordsToDelete.beforeOffset(e.getValue()))))
        .all()
        .get();
    PostgresSink sink = start();

    assertThatThrownBy(
            () -> sink.ended().toCompletableFuture().get(LIMIT.toSeconds(), TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasMessageContaining("topic firehose_live partition ")
        .hasMessageContaining("are gone before the sink had read them")
        .hasMessageContaining("millrace replay --topic firehose_live");
    assertThat(sink.ready()).isFalse();
  }

  @Test
  void shouldGiveAnAccountTheHandleThatItsIdentityNames() throws Exception {
    Events alice = new Events("did:plc:alice" + UUID.randomUUID());
    ResolvedIdentity resolved = alice.resolved(1, "Alice.test");
    topics.sendRaw(Topic.IDENTITIES, Topic.key(alice.did()), EventCodec.encode(resolved));
    topics.send(Topic.FIREHOSE_LIVE, List.of(alice.put(1, POST, "a", "cid", post("a"))));
    start();

    await()
        .atMost(LIMIT)
        .untilAsserted(
            () ->
                assertThat(database.rows("SELECT handle FROM actor"))
                    .containsExactly("alice.test"));
    awaitNoLag();
    assertThat(meters.counter("millrace.sink.derived", "kind", "handle").count()).isPositive();
  }

  @Test
  void shouldApplyASnapshotOnlyWhenTheLiveLogBeforeItsFetchIsApplied() throws Exception {
    Events alice = new Events("did:plc:alice" + UUID.randomUUID());
    long livePos = liveEnd(alice.did());
    // Its fetch began when the live log had one commit more than is told yet.
    topics.send(
        Topic.FIREHOSE_BACKFILL,
        List.of(
            alice.held(5, POST, "a", "cid5", post("snapshot"), livePos + 1),
            alice.closed(5, Scope.FULL, livePos + 1)));
    topics.send(Topic.FIREHOSE_BACKFILL, posts(20, 1, "other"));
    start();
    awaitSome();
    assertThat(database.rows("SELECT uri FROM record WHERE did = '" + alice.did() + "'")).isEmpty();

    topics.send(Topic.FIREHOSE_LIVE, List.of(alice.put(3, POST, "b", "cid3", post("live"))));
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () ->
                assertThat(
                        database.rows("SELECT uri FROM record WHERE did = '" + alice.did() + "'"))
                    .containsExactly(alice.uri(POST, "a")));
    awaitNoLag();
  }

  private static long liveEnd(String did) throws Exception {
    int partition = Topic.partitionOf(did, SinkDatabase.PARTITIONS);
    return topics
        .offsets(OffsetSpec.latest())
        .getOrDefault(new TopicPartition(Topic.FIREHOSE_LIVE.topicName(), partition), 0L);
  }

  @Test
  void shouldMirrorCursorsAndForgetThem() throws Exception {
    String host = UUID.randomUUID() + ".example";
    byte[] key = new CursorKey(CursorKey.Stream.FIREHOSE, host).toBytes();
    String query =
        "SELECT cursor, last_event_time FROM firehose_cursor WHERE service = 'firehose:"
            + host
            + "'";
    topics.sendRaw(
        Topic.INGEST_CURSORS,
        key,
        EventCodec.encode(
            CursorValue.at("41", "2026-01-01T00:00:00Z", "2026-01-01T00:00:01.000Z")));
    start();
    await()
        .atMost(LIMIT)
        .untilAsserted(() -> assertThat(database.one(query)).startsWith("41|2026-01-01"));

    topics.sendRaw(
        Topic.INGEST_CURSORS,
        key,
        EventCodec.encode(CursorValue.at("42", "no time", "2026-01-01T00:00:02.000Z")));
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () -> assertThat(database.one(query)).isEqualTo("42|1970-01-01 00:00:00+00"));

    topics.sendRaw(Topic.INGEST_CURSORS, key, null);
    await().atMost(LIMIT).until(() -> database.one(query) == null);
  }
}
