package dev.millrace.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.atproto.stream.CommitMessage;
import dev.millrace.atproto.stream.ErrorMessage;
import dev.millrace.atproto.stream.InfoMessage;
import dev.millrace.atproto.stream.LabelsMessage;
import dev.millrace.atproto.stream.StreamEnd;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What cursors mean, over real sockets. */
class StreamIT {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private final Simulator simulator =
      Simulator.start(SimulatorOptions.of(21, 12).withRetention(400).withBacklog(500));

  @AfterEach
  void stop() {
    simulator.close();
  }

  private void awaitEnd(Consumer consumer, URI host) {
    await().atMost(PATIENCE).until(() -> consumer.cursor() == simulator.lastSeq(host));
  }

  @Test
  void shouldBeginWithWhatComesNextWithoutACursor() {
    for (URI host : simulator.relays()) {
      long before = simulator.lastSeq(host);
      try (Consumer consumer = Consumer.repos(host, null)) {
        await()
            .atMost(PATIENCE)
            .until(
                () -> {
                  simulator.world().step();
                  return !consumer.messages.isEmpty();
                });
        awaitEnd(consumer, host);
        assertThat(consumer.messages.getFirst().cursor()).isGreaterThan(before);
      }
    }
  }

  @Test
  void shouldBeginWithTheOldestItKeepsAndSayThatMoreIsGone() {
    URI host = simulator.relays().getFirst();
    try (Consumer consumer = Consumer.repos(host, 0L)) {
      awaitEnd(consumer, host);
      assertThat(consumer.messages.getFirst()).isInstanceOf(InfoMessage.class);
      assertThat(((InfoMessage) consumer.messages.getFirst()).name()).isEqualTo("OutdatedCursor");
      assertThat(consumer.messages).hasSize(401);
    }
  }

  @Test
  void shouldGoOnAfterACursor() {
    URI host = simulator.relays().get(1);
    long middle;
    try (Consumer all = Consumer.repos(host, 0L)) {
      awaitEnd(all, host);
      middle = Objects.requireNonNull(all.messages.get(200).cursor());
    }
    try (Consumer consumer = Consumer.repos(host, middle)) {
      awaitEnd(consumer, host);
      assertThat(consumer.messages).hasSize(200);
      assertThat(consumer.messages.getFirst().cursor()).isGreaterThan(middle);
    }
    try (Consumer consumer = Consumer.repos(host, simulator.lastSeq(host))) {
      simulator.world().step();
      awaitEnd(consumer, host);
      assertThat(consumer.messages).isNotEmpty().noneMatch(InfoMessage.class::isInstance);
    }
  }

  @Test
  void shouldRefuseACursorOfTheFuture() throws InterruptedException {
    URI host = simulator.pdses().getFirst();
    try (Consumer consumer = Consumer.repos(host, simulator.lastSeq(host) + 1)) {
      assertThat(consumer.errorAtEnd()).isEqualTo("FutureCursor");
    }
  }

  @Test
  void shouldTellOnAPdsOfItsOwnAccountsAlone() {
    URI host = simulator.pdses().get(1);
    try (Consumer consumer = Consumer.repos(host, 0L)) {
      awaitEnd(consumer, host);
      assertThat(consumer.messages)
          .filteredOn(CommitMessage.class::isInstance)
          .isNotEmpty()
          .allSatisfy(
              message ->
                  assertThat(
                          simulator
                              .world()
                              .<Boolean>account(
                                  ((CommitMessage) message).repo().value(),
                                  account -> account.pds() == 1 || account.livedOn(1)))
                      .isTrue());
    }
  }

  @Test
  void shouldTellAllLabelsFromTheBeginning() {
    URI host = simulator.labelers().getFirst();
    simulator.world().step(100);
    try (Consumer consumer = Consumer.labels(host, 0L)) {
      awaitEnd(consumer, host);
      assertThat(consumer.messages).allMatch(LabelsMessage.class::isInstance);
      assertThat(consumer.messages)
          .hasSize(simulator.world().streams().labelers().getFirst().size());
    }
  }

  @Test
  void shouldEndTheConnectionOfAConsumerThatIsTooSlow() throws InterruptedException {
    URI host = simulator.relays().getFirst();
    CountDownLatch go = new CountDownLatch(1);
    try (SlowConsumer consumer = new SlowConsumer(host, go)) {
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                simulator.world().step(500);
                return consumer.frames() > 0;
              });
      // More than sockets and buffers hold, and then more than the log keeps.
      simulator.world().step(12_000);
      go.countDown();
      StreamEnd end = consumer.connection().awaitEnd();
      assertThat(end.reason()).isEqualTo(StreamEnd.Reason.ERROR_FRAME);
      assertThat(end.error())
          .isEqualTo(new ErrorMessage("ConsumerTooSlow", "Stream consumer too slow"));
    }
  }
}
