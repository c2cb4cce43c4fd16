package dev.millrace.connectors.firehose;

import static dev.millrace.connectors.firehose.FirehoseFixture.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.connectors.ingest.BatchLimits;
import dev.millrace.connectors.kafka.Cluster;
import dev.millrace.connectors.kafka.WriteSteps;
import dev.millrace.schema.topic.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;

class LiveFlushIT {
  private static final int COMMITS = 31;

  @Test
  void shouldCommitALiveEventWithinAHundredMilliseconds() {
    try (Cluster cluster = Cluster.start();
        FirehoseFixture it = new FirehoseFixture(cluster);
        KafkaConsumer<byte[], byte[]> reader = reader(cluster)) {
      TestRepo repo = new TestRepo(2);
      it.identities.signsWith(repo.did(), repo.publicKey());
      // A batch that may wait for ten seconds: only being live makes it go at once.
      it.start(
          options ->
              options
                  .firstCursor(0L)
                  .batches(BatchLimits.DEFAULT.batches(500, Duration.ofSeconds(10))),
          WriteSteps.NONE);
      it.relay.send(repo.post(1, "first", "first"));
      await().atMost(SOON).until(() -> read(reader) > 0);

      List<Long> millis = new ArrayList<>();
      for (int seq = 2; seq < 2 + COMMITS; seq++) {
        long sent = System.nanoTime();
        it.relay.send(repo.post(seq, "r" + seq, "text"));
        while (read(reader) == 0) {
          assertThat(System.nanoTime() - sent).isLessThan(SOON.toNanos());
        }
        millis.add((System.nanoTime() - sent) / 1_000_000);
      }
      Collections.sort(millis);
      System.out.println("socket to committed and read, ms, sorted: " + millis);
      assertThat(millis.get(COMMITS / 2)).isLessThanOrEqualTo(100);
    }
  }

  private static int read(KafkaConsumer<byte[], byte[]> reader) {
    return reader.poll(Duration.ofMillis(100)).count();
  }

  private static KafkaConsumer<byte[], byte[]> reader(Cluster cluster) {
    KafkaConsumer<byte[], byte[]> reader =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers", cluster.connection().bootstrapServers(),
                "isolation.level", "read_committed",
                "auto.offset.reset", "earliest"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    reader.assign(
        reader.partitionsFor(Topic.FIREHOSE_LIVE.topicName()).stream()
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList());
    return reader;
  }
}
