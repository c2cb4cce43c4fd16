package dev.millrace.connectors.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.schema.topic.Topic;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class ReadAheadTest {
  private static final List<Topic> STREAMS = List.of(Topic.FIREHOSE_LIVE, Topic.FIREHOSE_BACKFILL);
  private static final TopicPartition LIVE = new TopicPartition(Topic.FIREHOSE_LIVE.topicName(), 0);
  private static final TopicPartition BACKFILL =
      new TopicPartition(Topic.FIREHOSE_BACKFILL.topicName(), 0);

  private final AtomicBoolean isBackfillHeld = new AtomicBoolean();
  private final PartitionQueue queue = new PartitionQueue(0, STREAMS, 100);
  private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
  private final ReadAhead readAhead =
      new ReadAhead(
          consumer,
          Map.of(
              Topic.FIREHOSE_LIVE.topicName(), Topic.FIREHOSE_LIVE,
              Topic.FIREHOSE_BACKFILL.topicName(), Topic.FIREHOSE_BACKFILL),
          100,
          1_000_000,
          isBackfillHeld::get);

  ReadAheadTest() {
    consumer.assign(List.of(LIVE, BACKFILL));
    queue.seat(Map.of(), Map.of());
  }

  private void balance(boolean isHolding) {
    readAhead.balance(Map.of(0, queue), isHolding);
  }

  @Test
  void shouldReadNoBackfillButAllElseWhileTooMuchIsToBeDerived() {
    isBackfillHeld.set(true);
    balance(false);
    assertThat(consumer.paused()).containsExactly(BACKFILL);

    isBackfillHeld.set(false);
    balance(false);
    assertThat(consumer.paused()).isEmpty();
  }

  @Test
  void shouldReadNothingWhileTheWorkerHoldsStillOrHasNoPositionYet() {
    balance(true);
    assertThat(consumer.paused()).containsExactlyInAnyOrder(LIVE, BACKFILL);

    queue.unseat();
    balance(false);
    assertThat(consumer.paused()).containsExactlyInAnyOrder(LIVE, BACKFILL);
  }
}
