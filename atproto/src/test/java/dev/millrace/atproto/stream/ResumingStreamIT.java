package dev.millrace.atproto.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.atproto.retry.Backoff;
import java.io.IOException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import mockwebserver3.MockResponse;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ResumingStreamIT {
  private static final String PATH = "/xrpc/com.atproto.sync.subscribeRepos";
  private static final Duration FIRST = Duration.ofMillis(20);

  private final RecordingListener listener = new RecordingListener();
  private final AtomicReference<@Nullable Long> committed = new AtomicReference<>();
  private final CountDownLatch over = new CountDownLatch(1);
  private StreamHost host;
  private ResumingStream stream;

  @BeforeEach
  void open() throws IOException {
    host = new StreamHost();
    stream =
        new ResumingStream(
            new StreamClient(new OkHttpClient(), StreamLimits.DEFAULT),
            host.endpoint(),
            new Backoff(FIRST, Duration.ofMillis(200), new Random(1)));
  }

  @AfterEach
  void close() {
    over.countDown();
    stream.stop();
    host.close();
  }

  private CompletableFuture<Void> run(ResumingStream.Listener target) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            stream.run(target, committed::get);
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
        },
        task -> Thread.ofPlatform().daemon().start(task));
  }

  private void stayOpen() throws InterruptedException {
    over.await(30, TimeUnit.SECONDS);
  }

  @Test
  void shouldReconnectFromTheCommittedCursorNotFromTheLastOneSeen() throws Exception {
    host.then(
        wire -> {
          wire.send(Frames.identity(10));
          wire.send(Frames.identity(11));
          wire.closing(1000);
        },
        wire -> {
          wire.send(Frames.identity(11));
          stayOpen();
        });
    committed.set(0L);
    CompletableFuture<Void> running =
        run(
            new RecordingListener() {
              @Override
              public void onMessage(StreamMessage message, byte[] frame) {
                if (listener.messages.isEmpty()) {
                  committed.set(message.cursor());
                }
                listener.onMessage(message, frame);
              }

              @Override
              public void onDisconnected(StreamEnd end, Duration retryIn) {
                listener.onDisconnected(end, retryIn);
              }
            });
    assertThat(host.takeTarget()).isEqualTo(PATH + "?cursor=0");
    assertThat(host.takeTarget()).isEqualTo(PATH + "?cursor=10");
    await().until(() -> listener.messages.size() == 3);
    stream.stop();
    running.get(10, TimeUnit.SECONDS);
    assertThat(listener.cursors()).containsExactly(10L, 11L, 11L);
    assertThat(listener.reasons()).containsExactly(StreamEnd.Reason.CLOSED);
  }

  @Test
  void shouldLetTheListenerAnswerAFutureCursorWithAnotherOne() throws Exception {
    host.then(
        wire -> wire.send(new ErrorMessage(ErrorMessage.FUTURE_CURSOR, null)),
        wire -> {
          wire.send(Frames.identity(1));
          stayOpen();
        });
    committed.set(1_000_000L);
    CompletableFuture<Void> running =
        run(
            new RecordingListener() {
              @Override
              public void onMessage(StreamMessage message, byte[] frame) {
                listener.onMessage(message, frame);
              }

              @Override
              public void onDisconnected(StreamEnd end, Duration retryIn) {
                listener.onDisconnected(end, retryIn);
                if (end.error() != null && end.error().error().equals(ErrorMessage.FUTURE_CURSOR)) {
                  committed.set(0L);
                }
              }
            });
    assertThat(host.takeTarget()).isEqualTo(PATH + "?cursor=1000000");
    assertThat(host.takeTarget()).isEqualTo(PATH + "?cursor=0");
    await().until(() -> listener.messages.size() == 2);
    assertThat(listener.reasons()).containsExactly(StreamEnd.Reason.ERROR_FRAME);
    stream.stop();
    running.get(10, TimeUnit.SECONDS);
  }

  @Test
  void shouldReconnectAfterConsumerTooSlowAndAfterRefusals() throws Exception {
    host.refuse(new MockResponse.Builder().code(502).build())
        .refuse(new MockResponse.Builder().code(429).addHeader("Retry-After", "1").build())
        .then(
            wire -> wire.send(new ErrorMessage(ErrorMessage.CONSUMER_TOO_SLOW, null)),
            wire -> {
              wire.send(Frames.identity(5));
              stayOpen();
            });
    CompletableFuture<Void> running = run(listener);
    await().until(() -> listener.messages.size() == 2);
    assertThat(listener.reasons())
        .containsExactly(
            StreamEnd.Reason.REFUSED, StreamEnd.Reason.REFUSED, StreamEnd.Reason.ERROR_FRAME);
    assertThat(listener.waits.get(0)).isBetween(FIRST.dividedBy(2), FIRST);
    assertThat(listener.waits.get(1)).isEqualTo(Duration.ofSeconds(1));
    assertThat(listener.waits.get(2)).isBetween(FIRST.multipliedBy(2), FIRST.multipliedBy(4));
    stream.stop();
    running.get(10, TimeUnit.SECONDS);
  }

  @Test
  void shouldWaitLongerWithEachFailureAndShortlyAgainAfterAMessage() throws Exception {
    MockResponse refusal = new MockResponse.Builder().code(500).build();
    host.refuse(refusal).refuse(refusal).refuse(refusal);
    host.then(
        wire -> {
          wire.send(Frames.identity(1));
          wire.closing(1000);
        },
        wire -> stayOpen());
    CompletableFuture<Void> running = run(listener);
    await().until(() -> listener.waits.size() == 4);
    assertThat(listener.waits.get(2)).isGreaterThanOrEqualTo(FIRST.multipliedBy(2));
    assertThat(listener.waits.get(3)).isLessThanOrEqualTo(FIRST);
    stream.stop();
    running.get(10, TimeUnit.SECONDS);
  }

  @Test
  void shouldPassOnWhatTheListenerThrewInsteadOfReconnecting() {
    host.then(wire -> wire.send(Frames.identity(1)));
    IllegalStateException broken = new IllegalStateException("fenced");
    CompletableFuture<Void> running =
        run(
            new RecordingListener() {
              @Override
              public void onMessage(StreamMessage message, byte[] frame) {
                throw broken;
              }
            });
    assertThat(running)
        .failsWithin(Duration.ofSeconds(10))
        .withThrowableOfType(java.util.concurrent.ExecutionException.class)
        .withCause(broken);
    assertThat(running.isCompletedExceptionally()).isTrue();
    assertThat(running.exceptionNow()).isSameAs(broken).isNotInstanceOf(CompletionException.class);
  }

  @Test
  void shouldStopAtOnceWhileItWaitsToReconnect() throws Exception {
    host.refuse(new MockResponse.Builder().code(429).addHeader("Retry-After", "3000").build());
    CompletableFuture<Void> running = run(listener);
    await().until(() -> listener.waits.size() == 1);
    assertThat(listener.waits.getFirst()).isEqualTo(Duration.ofMinutes(50));
    stream.stop();
    running.get(5, TimeUnit.SECONDS);
    run(listener).get(5, TimeUnit.SECONDS);
    assertThat(listener.waits).hasSize(1);
  }
}
