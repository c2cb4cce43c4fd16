package dev.millrace.connectors.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.schema.event.CursorKey;
import dev.millrace.schema.event.CursorValue;
import dev.millrace.schema.topic.Topic;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TransactionalWriterIT {
  private static final String AT = "2026-01-01T00:00:00.000Z";
  private static Cluster cluster = Cluster.start();

  @BeforeAll
  static void checkCluster() {
    assertThat(cluster.values(Topic.INGEST_CURSORS)).isEmpty();
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  /** What a killed process throws no more: nothing catches it. */
  private static final class Killed extends Error {}

  @Test
  void shouldCommitTheCursorTogetherWithItsEvents() throws Exception {
    CursorKey stream = CursorKey.parse("firehose:together.example");
    try (TransactionalWriter writer = writer(stream, WriteSteps.NONE)) {
      assertThat(writer.open()).isEmpty();
      writer.write(batch(stream, 1, 10));
      assertThat(writer.ready()).isTrue();
    }
    assertThat(events(stream)).isEqualTo(numbers(stream, 1, 10));
    assertThat(cursor(stream)).isEqualTo("10");
  }

  @ParameterizedTest
  @EnumSource(WriteSteps.Step.class)
  void shouldLoseAndDoubleNothingWhenKilledAt(WriteSteps.Step deadly) throws Exception {
    CursorKey stream = CursorKey.parse("firehose:killed-" + deadly + ".example");
    writeUntilKilled(stream, deadly);

    try (TransactionalWriter restarted = writer(stream, WriteSteps.NONE)) {
      long position = restarted.open().map(value -> Long.parseLong(value.cursor())).orElse(0L);
      assertThat(position).isEqualTo(deadly == WriteSteps.Step.COMMITTED ? 20 : 10);
      assertThat(events(stream)).isEqualTo(numbers(stream, 1, (int) position));
      for (int next = (int) position + 1; next <= 40; next += 10) {
        restarted.write(batch(stream, next, next + 9));
      }
    }
    assertThat(events(stream)).isEqualTo(numbers(stream, 1, 40));
    assertThat(cursor(stream)).isEqualTo("40");
  }

  private static void writeUntilKilled(CursorKey stream, WriteSteps.Step deadly)
      throws InterruptedException {
    int[] batches = {0};
    TransactionalWriter doomed =
        writer(
            stream,
            step -> {
              if (step == WriteSteps.Step.BATCH_FILLED) {
                batches[0]++;
              }
              if (batches[0] == 2 && step == deadly) {
                throw new Killed();
              }
            });
    doomed.open();
    doomed.write(batch(stream, 1, 10));
    assertThatThrownBy(() -> doomed.write(batch(stream, 11, 20))).isInstanceOf(Killed.class);
    doomed.abandon();
  }

  @Test
  void shouldFenceTheOlderWriterOfAStream() throws Exception {
    CursorKey stream = CursorKey.parse("firehose:fenced.example");
    try (TransactionalWriter older = writer(stream, WriteSteps.NONE);
        TransactionalWriter newer = writer(stream, WriteSteps.NONE)) {
      older.open();
      older.write(batch(stream, 1, 10));
      assertThat(newer.open()).isPresent();
      assertThatThrownBy(() -> older.write(batch(stream, 11, 20)))
          .isInstanceOf(FencedException.class)
          .hasMessageContaining("firehose:fenced.example");
      newer.write(batch(stream, 11, 20));
    }
    assertThat(events(stream)).isEqualTo(numbers(stream, 1, 20));
  }

  @Test
  void shouldStopARunningWriterWhenItsCursorIsSetOrReset() throws Exception {
    CursorKey stream = CursorKey.parse("labels:set.example:2470");
    CursorStore store = new CursorStore(cluster.connection());
    try (TransactionalWriter running = writer(stream, WriteSteps.NONE)) {
      running.open();
      running.write(batch(stream, 1, 10));
      store.set(stream, CursorValue.at("3", null, AT), new SimpleMeterRegistry());
      assertThatThrownBy(() -> running.write(batch(stream, 11, 20)))
          .isInstanceOf(FencedException.class);
    }
    assertThat(store.list()).containsEntry(stream, CursorValue.at("3", null, AT));

    store.reset(stream, new SimpleMeterRegistry());
    assertThat(store.list()).doesNotContainKey(stream);
    try (TransactionalWriter next = writer(stream, WriteSteps.NONE)) {
      assertThat(next.open()).isEmpty();
    }
  }

  @Test
  void shouldSeeACursorBehindTheOpenTransactionOfAKilledWriter() throws Exception {
    CursorKey stream = CursorKey.parse("firehose:seen.example");
    CursorKey other = CursorKey.parse("firehose:open.example");
    TransactionalWriter killed =
        writer(
            other,
            step -> {
              if (step == WriteSteps.Step.CURSOR_SENT) {
                throw new Killed();
              }
            });
    killed.open();
    Batch open = batch(other, 1, 1);
    // On the very partition of the cursor that is to be seen.
    open.cursor(stream, CursorValue.at("-1", null, AT));
    assertThatThrownBy(() -> killed.write(open)).isInstanceOf(Killed.class);

    try (TransactionalWriter writer = writer(stream, WriteSteps.NONE)) {
      CompletableFuture<Void> restarted =
          CompletableFuture.runAsync(
              () -> {
                // The other stream comes back too, as after the restart of a process.
                try (TransactionalWriter again = writer(other, WriteSteps.NONE)) {
                  await().pollDelay(Duration.ofSeconds(2)).until(() -> true);
                  again.open();
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              });
      writer.open();
      writer.write(batch(stream, 1, 10));
      assertThat(cursor(stream)).isEqualTo("10");
      restarted.join();
    }
    killed.abandon();
  }

  private static TransactionalWriter writer(CursorKey stream, WriteSteps steps) {
    return new TransactionalWriter(cluster.connection(), stream, new SimpleMeterRegistry(), steps);
  }

  private static Batch batch(CursorKey stream, int from, int to) {
    Batch batch = new Batch();
    for (int number = from; number <= to; number++) {
      batch.add(
          Topic.FIREHOSE_LIVE,
          stream.host(),
          (stream.host() + "#" + number).getBytes(StandardCharsets.UTF_8));
    }
    batch.cursor(stream, CursorValue.at(String.valueOf(to), null, AT));
    return batch;
  }

  private static List<String> events(CursorKey stream) {
    return cluster.values(Topic.FIREHOSE_LIVE).stream()
        .filter(value -> value.startsWith(stream.host() + "#"))
        .toList();
  }

  private static List<String> numbers(CursorKey stream, int from, int to) {
    return IntStream.rangeClosed(from, to)
        .mapToObj(number -> stream.host() + "#" + number)
        .toList();
  }

  private static String cursor(CursorKey stream) {
    return cluster.cursor(stream.toString()).map(CursorValue::cursor).orElse("none");
  }
}
