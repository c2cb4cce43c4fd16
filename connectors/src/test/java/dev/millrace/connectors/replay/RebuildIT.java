package dev.millrace.connectors.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.connectors.kafka.CursorStore;
import dev.millrace.connectors.sink.PostgresSink;
import dev.millrace.schema.event.CursorKey;
import dev.millrace.schema.event.CursorValue;
import dev.millrace.schema.topic.Topic;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Rebuilds of the database that there is. */
class RebuildIT extends ReplayedNetwork {
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
  void shouldGiveUpWhereSomebodyReadsTheTablesAllTheWhile() throws Exception {
    List<String> before = rows(database);
    try (Connection backup = database.getConnection();
        Statement reading = backup.createStatement();
        Connection emptying = database.getConnection()) {
      backup.setAutoCommit(false);
      reading.execute("SELECT 1 FROM record");
      emptying.setAutoCommit(false);
      assertThatThrownBy(() -> ReplayTables.empty(emptying, Duration.ofMillis(200)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("nothing was changed, try again");
      emptying.rollback();
    }
    assertThat(rows(database)).isEqualTo(before);
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
}
