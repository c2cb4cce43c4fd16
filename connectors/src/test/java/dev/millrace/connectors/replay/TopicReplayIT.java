package dev.millrace.connectors.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.connectors.sink.PostgresSink;
import dev.millrace.schema.topic.Topic;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Topics that are read again over what is there, and positions that are mended. */
class TopicReplayIT extends ReplayedNetwork {
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
}
