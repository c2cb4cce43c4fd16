package dev.millrace.schema.topic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.junit.jupiter.api.Test;

class TopicTest {
  @Test
  void shouldPutARepoWhereKafkasDefaultPartitionerPutsIt() {
    Random random = new Random(1);
    for (int i = 0; i < 50_000; i++) {
      byte[] id = new byte[15];
      random.nextBytes(id);
      String did = "did:plc:" + HexFormat.of().formatHex(id).substring(0, 24);
      int partitions = 1 + random.nextInt(100);
      assertThat(Topic.partitionOf(did, partitions))
          .isEqualTo(BuiltInPartitioner.partitionForKey(Topic.key(did), partitions));
    }
  }

  @Test
  void shouldNeverMoveARepoToAnotherPartition() {
    // Stored positions and locks are by number: these must hold for every later version.
    assertThat(Topic.partitionOf("did:plc:z72i7hdynmk6r22z27h6tvur", 16)).isEqualTo(0);
    assertThat(Topic.partitionOf("did:web:example.com", 16)).isEqualTo(7);
  }

  @Test
  void shouldLetKafkaDeleteNothingThatMayBeUnread() {
    assertThat(Arrays.stream(Topic.values()).filter(t -> t.kept() == Topic.Kept.TRIMMED))
        .extracting(Topic::topicName)
        .containsExactly(
            "firehose_live", "firehose_backfill", "repo_backfill", "repo_requests", "label_live");
    assertThat(Topics.settings(Topic.FIREHOSE_LIVE, 1))
        .containsEntry("retention.ms", "-1")
        .containsEntry("retention.bytes", "-1")
        .containsEntry("cleanup.policy", "delete");
    assertThat(Topics.settings(Topic.INGEST_CURSORS, 3))
        .containsEntry("cleanup.policy", "compact")
        .containsEntry("min.insync.replicas", "2");
  }
}
