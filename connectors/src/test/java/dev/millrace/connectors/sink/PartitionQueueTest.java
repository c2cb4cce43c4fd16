package dev.millrace.connectors.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.schema.event.EventCodec;
import dev.millrace.schema.event.Scope;
import dev.millrace.schema.topic.Topic;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PartitionQueueTest {
  private static final int LIMIT = 8;

  private final PartitionQueue queue = new PartitionQueue(3, SinkOptions.ALL_STREAMS, LIMIT);

  @BeforeEach
  void seat() {
    queue.seat(Map.of(Topic.FIREHOSE_LIVE, 10L), Map.of(Topic.FIREHOSE_LIVE, 10L));
  }

  private void add(Topic topic, long from, int count, int bytes) {
    IntStream.range(0, count)
        .forEach(
            i ->
                queue.add(
                    Incoming.of(
                        topic,
                        new ConsumerRecord<>(
                            topic.topicName(),
                            3,
                            from + i,
                            0L,
                            TimestampType.LOG_APPEND_TIME,
                            0,
                            bytes,
                            new byte[0],
                            new byte[] {'{'},
                            new RecordHeaders(),
                            Optional.empty())),
                    0));
  }

  private void addHeld(long livePos) {
    Events alice = new Events("did:plc:alice");
    byte[] value = EventCodec.encode(alice.closed(1, Scope.FULL, livePos));
    queue.add(
        Incoming.of(
            Topic.FIREHOSE_BACKFILL,
            new ConsumerRecord<>(
                Topic.FIREHOSE_BACKFILL.topicName(), 3, livePos, new byte[0], value)),
        0);
  }

  private static long count(Batch batch, Topic topic) {
    return batch.events().stream().filter(event -> event.topic() == topic).count();
  }

  @Test
  void shouldTakeLiveFirstButLeaveAFourthToBackfill() {
    add(Topic.FIREHOSE_BACKFILL, 0, 20, 1);
    add(Topic.FIREHOSE_LIVE, 10, 20, 1);

    Batch batch = queue.next(topic -> 99);
    assertThat(batch.events()).hasSize(LIMIT);
    assertThat(batch.events().getFirst().topic()).isEqualTo(Topic.FIREHOSE_LIVE);
    assertThat(count(batch, Topic.FIREHOSE_LIVE)).isEqualTo(6);
    assertThat(count(batch, Topic.FIREHOSE_BACKFILL)).isEqualTo(2);
    assertThat(batch.after())
        .containsEntry(Topic.FIREHOSE_LIVE, 16L)
        .containsEntry(Topic.FIREHOSE_BACKFILL, 2L);
  }

  @Test
  void shouldNotLetALabelWaitBehindBackfill() {
    add(Topic.FIREHOSE_BACKFILL, 0, 20, 1);
    add(Topic.LABEL_LIVE, 0, 1, 1);

    Batch batch = queue.next(topic -> 0);
    assertThat(batch.events().getFirst().topic()).isEqualTo(Topic.LABEL_LIVE);
    assertThat(count(batch, Topic.FIREHOSE_BACKFILL)).isEqualTo(LIMIT - 1);
  }

  @Test
  void shouldNotLetALabelWaitBehindLive() {
    add(Topic.FIREHOSE_LIVE, 10, 20, 1);
    add(Topic.LABEL_LIVE, 0, 5, 1);
    add(Topic.FIREHOSE_BACKFILL, 0, 20, 1);

    Batch batch = queue.next(topic -> 99);
    assertThat(count(batch, Topic.FIREHOSE_LIVE)).isEqualTo(4);
    assertThat(count(batch, Topic.LABEL_LIVE)).isEqualTo(2);
    assertThat(count(batch, Topic.FIREHOSE_BACKFILL)).isEqualTo(2);
  }

  @Test
  void shouldShareABatchsBytesToo() {
    add(Topic.FIREHOSE_LIVE, 10, 8, 2 * 1024 * 1024);
    add(Topic.LABEL_LIVE, 0, 1, 100);
    add(Topic.FIREHOSE_BACKFILL, 0, 1, 2 * 1024 * 1024);

    Batch batch = queue.next(topic -> 99);
    assertThat(count(batch, Topic.FIREHOSE_LIVE)).isEqualTo(3);
    assertThat(count(batch, Topic.LABEL_LIVE)).isEqualTo(1);
    assertThat(count(batch, Topic.FIREHOSE_BACKFILL)).isEqualTo(1);
  }

  @Test
  void shouldHoldBackfillUntilTheLiveLogIsAppliedUpToItsPlace() {
    addHeld(13);

    assertThat(queue.isHeld(topic -> 12)).isTrue();
    assertThat(queue.next(topic -> 12).events()).isEmpty();
    assertThat(queue.isHeld(topic -> 13)).isFalse();
    assertThat(queue.next(topic -> 13).events()).hasSize(1);
  }

  @Test
  void shouldApplyBackfillInTheBatchThatBringsTheLiveLogToItsPlace() {
    addHeld(13);
    addHeld(14);
    add(Topic.FIREHOSE_LIVE, 10, 3, 1);

    Batch batch = queue.next(topic -> 13);
    assertThat(batch.events()).hasSize(4);
    assertThat(batch.events().getLast().livePos()).isEqualTo(13);
    queue.done(batch);
    assertThat(queue.next(topic -> 13).events()).isEmpty();
  }

  @Test
  void shouldKnowNoBarrierWhereTheLiveLogIsNotRead() {
    PartitionQueue alone = new PartitionQueue(3, List.of(Topic.FIREHOSE_BACKFILL), LIMIT);
    alone.seat(Map.of(), Map.of());
    Events alice = new Events("did:plc:alice");
    alone.add(
        Incoming.of(
            Topic.FIREHOSE_BACKFILL,
            new ConsumerRecord<>(
                Topic.FIREHOSE_BACKFILL.topicName(),
                3,
                0,
                new byte[0],
                EventCodec.encode(alice.closed(1)))),
        0);

    assertThat(alone.isHeld(topic -> 0)).isFalse();
    assertThat(alone.next(topic -> 1).events()).hasSize(1);
  }

  @Test
  void shouldGiveAllRoomToBackfillWhereNothingElseIs() {
    add(Topic.FIREHOSE_BACKFILL, 0, 20, 1);

    assertThat(queue.next(topic -> 0).events()).hasSize(LIMIT);
  }

  @Test
  void shouldMovePastControlRecordsOnlyWhereAllWasTaken() {
    add(Topic.FIREHOSE_LIVE, 10, 3, 1);
    add(Topic.FIREHOSE_BACKFILL, 0, 20, 1);

    Batch batch = queue.next(topic -> topic == Topic.FIREHOSE_LIVE ? 14 : 21);
    assertThat(batch.after())
        .containsEntry(Topic.FIREHOSE_LIVE, 14L)
        .containsEntry(Topic.FIREHOSE_BACKFILL, 5L);
    assertThat(batch.before()).isEqualTo(Map.of(Topic.FIREHOSE_LIVE, 10L));
  }

  @Test
  void shouldEndABatchBySizeButTakeOneEventAtLeast() {
    add(Topic.FIREHOSE_LIVE, 10, 5, 9 * 1024 * 1024);

    assertThat(queue.next(topic -> 15).events()).hasSize(1);
  }

  @Test
  void shouldKeepWhatAShorterBatchLeft() {
    add(Topic.FIREHOSE_LIVE, 10, 5, 1);
    Batch head = queue.next(topic -> 15).first(2);

    assertThat(head.after()).containsEntry(Topic.FIREHOSE_LIVE, 12L);
    queue.done(head);
    assertThat(queue.size()).isEqualTo(3);
    Batch rest = queue.next(topic -> 15);
    assertThat(rest.before()).containsEntry(Topic.FIREHOSE_LIVE, 12L);
    assertThat(rest.events()).extracting(Incoming::offset).isEqualTo(List.of(12L, 13L, 14L));
  }

  @Test
  void shouldBeBehindWhenMoreWasReadThanIsStored() {
    assertThat(queue.isBehind(Topic.FIREHOSE_LIVE, 10)).isFalse();
    assertThat(queue.isBehind(Topic.FIREHOSE_LIVE, 11)).isTrue();
    assertThat(queue.isBehind(Topic.LABEL_LIVE, 1)).isTrue();
  }
}
