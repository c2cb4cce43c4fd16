package dev.millrace.topology.backfiller.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against the consumer that Kafka itself provides for tests. */
final class HeldPartitionsTest {
  private static final TopicPartition BULK = new TopicPartition("bulk", 0);
  private static final TopicPartition REQUESTS = new TopicPartition("requests", 0);

  private final Set<TopicPartition> wanted = new HashSet<>();
  private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
  private final Consumer<byte[], byte[]> held = HeldPartitions.wrap(consumer, wanted::contains);

  @BeforeEach
  void assign() {
    assign(BULK, REQUESTS);
  }

  @Test
  void shouldPauseWhatIsHeldAndResumeItWhenItIsNot() {
    wanted.add(BULK);
    poll();
    assertThat(consumer.paused()).containsExactly(BULK);

    wanted.clear();
    poll();
    assertThat(consumer.paused()).isEmpty();
  }

  @Test
  void shouldNotResumeWhatStreamsHasPaused() {
    wanted.add(BULK);
    poll();
    held.pause(List.of(BULK, REQUESTS));
    wanted.clear();
    poll();
    assertThat(consumer.paused()).containsExactlyInAnyOrder(BULK, REQUESTS);

    held.resume(List.of(BULK, REQUESTS));
    assertThat(consumer.paused()).isEmpty();
  }

  @Test
  void shouldNotLetStreamsResumeWhatIsHeld() {
    wanted.add(BULK);
    poll();
    held.pause(List.of(BULK, REQUESTS));
    held.resume(List.of(BULK, REQUESTS));
    assertThat(consumer.paused()).containsExactly(BULK);

    wanted.clear();
    poll();
    assertThat(consumer.paused()).isEmpty();
  }

  @Test
  void shouldShowStreamsItsOwnPausesAlone() {
    wanted.add(BULK);
    poll();
    assertThat(held.paused()).isEmpty();
    held.pause(List.of(REQUESTS));
    assertThat(held.paused()).containsExactly(REQUESTS);
  }

  @Test
  void shouldHoldAgainWhatWentAndCameBack() {
    wanted.add(BULK);
    poll();
    // What a real consumer forgets of a revoked partition, and this one does not.
    consumer.resume(List.of(BULK));
    assign(BULK, REQUESTS);
    poll();
    assertThat(consumer.paused()).containsExactly(BULK);
  }

  @Test
  void shouldHoldAPartitionUntilItsTaskIsThere() {
    InHand inHand = new InHand(2, 10, 3);
    assertThat(inHand.holdsListing(0)).isTrue();
    assertThat(inHand.holdsRequests(0)).isTrue();
    InHand.Load load = new InHand.Load();
    inHand.enter(0, load);
    assertThat(inHand.holdsListing(0)).isFalse();

    load.set(2, 0, 0);
    assertThat(inHand.holdsListing(0)).isTrue();
    assertThat(inHand.holdsRequests(0)).isFalse();
    load.set(1, 10, 3);
    assertThat(inHand.holdsListing(0)).as("too many parked").isTrue();
    assertThat(inHand.holdsRequests(0)).isTrue();

    InHand.Load next = new InHand.Load();
    inHand.enter(0, next);
    inHand.leave(0, load);
    assertThat(inHand.holdsListing(0)).as("the next task is in").isFalse();
  }

  private void poll() {
    held.poll(Duration.ZERO);
  }

  private void assign(TopicPartition... partitions) {
    List<TopicPartition> all = List.of(partitions);
    consumer.assign(all);
    consumer.updateBeginningOffsets(Map.of(BULK, 0L, REQUESTS, 0L));
  }
}
