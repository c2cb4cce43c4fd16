package dev.millrace.connectors.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.schema.topic.Topic;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** Replays into another database. */
class NewDatabaseIT extends ReplayedNetwork {
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
}
