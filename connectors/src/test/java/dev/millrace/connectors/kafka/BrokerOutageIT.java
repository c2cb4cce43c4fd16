package dev.millrace.connectors.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.schema.event.CursorKey;
import dev.millrace.schema.event.CursorValue;
import dev.millrace.schema.topic.Topic;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokerOutageIT {
  @TempDir Path directory;

  @Test
  void shouldKeepTheBatchUntilTheBrokerIsBack() throws Exception {
    CursorKey stream = CursorKey.parse("firehose:outage.example");
    try (Cluster cluster = Cluster.startAt(directory);
        TransactionalWriter writer =
            new TransactionalWriter(
                cluster.connection(), stream, new SimpleMeterRegistry(), WriteSteps.NONE)) {
      writer.open();
      writer.write(batch(stream, 0));
      Thread writing =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      for (int number = 1; number < 200; number++) {
                        writer.write(batch(stream, number));
                      }
                    } catch (InterruptedException e) {
                      Thread.currentThread().interrupt();
                    }
                  });
      cluster.stopBroker();
      await().atMost(Duration.ofSeconds(60)).until(() -> !writer.ready());
      cluster.startBroker();
      assertThat(writing.join(Duration.ofSeconds(90))).isTrue();

      assertThat(writer.ready()).isTrue();
      assertThat(cluster.values(Topic.FIREHOSE_LIVE))
          .containsExactlyElementsOf(IntStream.range(0, 200).mapToObj(String::valueOf).toList());
      assertThat(cluster.cursor(stream.toString()).orElseThrow().cursor()).isEqualTo("199");
    }
  }

  private static Batch batch(CursorKey stream, int number) {
    String text = String.valueOf(number);
    Batch batch = new Batch();
    batch.add(Topic.FIREHOSE_LIVE, "did:web:one.example", text.getBytes(StandardCharsets.UTF_8));
    batch.cursor(stream, CursorValue.at(text, null, "2026-01-01T00:00:00.000Z"));
    return batch;
  }
}
