package dev.millrace.atproto.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.atproto.BadDataException;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import mockwebserver3.MockResponse;
import mockwebserver3.RecordedRequest;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StreamClientIT {
  private static final StreamLimits LIMITS =
      new StreamLimits(Duration.ofSeconds(5), Duration.ofSeconds(30), 1 << 20, 4 << 20);

  private final RecordingListener listener = new RecordingListener();
  private final CountDownLatch over = new CountDownLatch(1);
  private StreamHost host;

  @BeforeEach
  void open() throws IOException {
    host = new StreamHost();
  }

  @AfterEach
  void close() {
    over.countDown();
    host.close();
  }

  private StreamConnection subscribe(@Nullable Long cursor, StreamLimits limits) {
    return new StreamClient(new OkHttpClient(), limits)
        .subscribe(host.endpoint(), cursor, listener);
  }

  private void stayOpen() throws InterruptedException {
    over.await(30, TimeUnit.SECONDS);
  }

  @Test
  void shouldSendTheCursorEvenIfItIsZeroAndNoneIfThereIsNone() throws Exception {
    for (Long cursor : new Long[] {0L, 123_456_789_012L, null}) {
      host.then(wire -> wire.closing(1000));
      assertThat(subscribe(cursor, LIMITS).awaitEnd().reason()).isEqualTo(StreamEnd.Reason.CLOSED);
      assertThat(host.takeTarget())
          .isEqualTo(
              "/xrpc/com.atproto.sync.subscribeRepos"
                  + (cursor == null ? "" : "?cursor=" + cursor));
    }
  }

  @Test
  void shouldHandOverMessagesInOrderAndGoOnAfterBadFrames() throws Exception {
    host.then(
        wire -> {
          wire.send(Frames.identity(1));
          wire.text("hello, I am not a frame");
          wire.binary(new byte[] {1, 2, 3});
          wire.ping();
          wire.binary(new byte[LIMITS.maxFrameBytes() + 1]);
          wire.send(Frames.identity(2));
          wire.send(new UnknownMessage("#later", 3L, new byte[] {(byte) 0xA0}));
          wire.closing(1001);
        });
    StreamEnd end = subscribe(null, LIMITS).awaitEnd();
    assertThat(end.reason()).isEqualTo(StreamEnd.Reason.CLOSED);
    assertThat(end.detail()).contains("1001");
    assertThat(listener.connections).hasValue(1);
    assertThat(listener.messages).hasSize(3);
    assertThat(listener.messages.getFirst()).isEqualTo(Frames.identity(1));
    assertThat(listener.problems)
        .extracting(BadDataException::reason)
        .containsExactly("frame", "frame", "too-big");
  }

  @Test
  void shouldEndWithTheErrorOfAnErrorFrame() throws Exception {
    ErrorMessage error = new ErrorMessage(ErrorMessage.FUTURE_CURSOR, "not yet");
    host.then(
        wire -> {
          wire.send(error);
          stayOpen();
        });
    StreamEnd end = subscribe(99L, LIMITS).awaitEnd();
    assertThat(end.reason()).isEqualTo(StreamEnd.Reason.ERROR_FRAME);
    assertThat(end.error()).isEqualTo(error);
    assertThat(listener.messages).containsExactly(error);
  }

  @Test
  void shouldCountASocketAsDeadThatBringsPingsButNoMessages() throws Exception {
    host.then(
        wire -> {
          wire.send(Frames.identity(1));
          while (!over.await(20, TimeUnit.MILLISECONDS)) {
            wire.ping();
          }
        });
    StreamEnd end = subscribe(null, LIMITS.withSilence(Duration.ofMillis(400))).awaitEnd();
    assertThat(end.reason()).isEqualTo(StreamEnd.Reason.SILENT);
    assertThat(listener.messages).hasSize(1);
    assertThat(host.takeFailure()).as("the host saw it closed").isNotNull();
  }

  @Test
  void shouldNotCountTheListenersOwnPauseAsSilence() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    StreamListener slow =
        new RecordingListener() {
          @Override
          public void onMessage(StreamMessage message, byte[] frame) {
            awaitQuietly(release);
            listener.onMessage(message, frame);
          }
        };
    host.then(
        wire -> {
          wire.send(Frames.identity(1));
          wire.send(Frames.identity(2));
          wire.closing(1000);
        });
    Duration silence = Duration.ofMillis(200);
    StreamConnection connection =
        new StreamClient(new OkHttpClient(), LIMITS.withSilence(silence))
            .subscribe(host.endpoint(), null, slow);
    long start = System.nanoTime();
    await().until(() -> System.nanoTime() - start > silence.multipliedBy(4).toNanos());
    release.countDown();
    assertThat(connection.awaitEnd().reason()).isEqualTo(StreamEnd.Reason.CLOSED);
    assertThat(listener.cursors()).containsExactly(1L, 2L);
  }

  @Test
  void shouldHoldTheHostBackWhileTheListenerBlocks() throws Exception {
    int frames = 400;
    byte[] body = new byte[250_000];
    AtomicLong sent = new AtomicLong();
    CountDownLatch release = new CountDownLatch(1);
    host.then(
        wire -> {
          for (int i = 1; i <= frames; i++) {
            wire.send(new SyncMessage(i, Frames.DID, Frames.REV, body, Frames.TIME));
            sent.incrementAndGet();
          }
          wire.closing(1000);
        });
    AtomicLong received = new AtomicLong();
    StreamListener slow =
        new RecordingListener() {
          @Override
          public void onMessage(StreamMessage message, byte[] frame) {
            awaitQuietly(release);
            assertThat(message.cursor()).isEqualTo(received.incrementAndGet());
          }
        };
    StreamConnection connection =
        new StreamClient(new OkHttpClient(), LIMITS).subscribe(host.endpoint(), null, slow);
    await().until(() -> sent.get() > 0);
    AtomicLong before = new AtomicLong(-1);
    await()
        .pollInterval(Duration.ofMillis(300))
        .until(() -> before.getAndSet(sent.get()) == sent.get());
    assertThat(sent).as("of 100 MB the socket's buffers hold some").hasValueLessThan(frames / 2);
    assertThat(received).hasValue(0);
    release.countDown();
    assertThat(connection.awaitEnd().reason()).isEqualTo(StreamEnd.Reason.CLOSED);
    assertThat(received).hasValue(frames);
  }

  @Test
  void shouldCloseOnAMessageThatWillNotFitIntoMemory() throws Exception {
    host.then(
        wire -> {
          wire.send(Frames.identity(1));
          wire.announce(1L << 40);
          while (over.getCount() > 0) {
            wire.raw(new byte[100_000]);
          }
        });
    StreamEnd end = subscribe(null, LIMITS).awaitEnd();
    assertThat(end.reason()).isEqualTo(StreamEnd.Reason.UNFINISHED);
    assertThat(end.detail()).contains("4194304");
    assertThat(listener.messages).hasSize(1);
  }

  @Test
  void shouldCloseOnFragmentsWithoutEndJustSo() throws Exception {
    host.then(
        wire -> {
          wire.fragment(new byte[100_000]);
          while (over.getCount() > 0) {
            wire.frame(0, new byte[100_000]);
          }
        });
    assertThat(subscribe(null, LIMITS).awaitEnd().reason()).isEqualTo(StreamEnd.Reason.UNFINISHED);
  }

  @Test
  void shouldCountBytesFromMessageToMessageOnly() throws Exception {
    int frames = 100;
    host.then(
        wire -> {
          for (int i = 1; i <= frames; i++) {
            wire.send(new SyncMessage(i, Frames.DID, Frames.REV, new byte[500_000], Frames.TIME));
          }
          wire.closing(1000);
        });
    assertThat(subscribe(null, LIMITS).awaitEnd().reason()).isEqualTo(StreamEnd.Reason.CLOSED);
    assertThat(listener.messages).hasSize(frames);
  }

  @Test
  void shouldOfferNoCompressionAndRefuseItUnasked() throws Exception {
    host.claimExtension("permessage-deflate")
        .then(
            wire -> {
              wire.frame(0xC2, new byte[] {1, 2, 3});
              stayOpen();
            });
    StreamEnd end = subscribe(null, LIMITS).awaitEnd();
    assertThat(end.reason()).isEqualTo(StreamEnd.Reason.FAILED);
    RecordedRequest request = host.takeRequest();
    assertThat(request).isNotNull();
    assertThat(request.getHeaders().get("Sec-WebSocket-Extensions")).isNull();
    assertThat(listener.messages).isEmpty();
    assertThat(listener.problems).isEmpty();
  }

  @Test
  void shouldSayThatTheHostRefusedAndHowLongItWantsPeace() throws Exception {
    host.refuse(new MockResponse.Builder().code(429).addHeader("Retry-After", "17").build());
    StreamEnd end = subscribe(null, LIMITS).awaitEnd();
    assertThat(end.reason()).isEqualTo(StreamEnd.Reason.REFUSED);
    assertThat(end.detail()).contains("429");
    assertThat(end.retryAfter()).isEqualTo(Duration.ofSeconds(17));
    assertThat(listener.connections).hasValue(0);
  }

  @Test
  void shouldSayThatNobodyAnswered() throws Exception {
    URI nobody = host.endpoint();
    host.close();
    StreamEnd end =
        new StreamClient(new OkHttpClient(), LIMITS).subscribe(nobody, null, listener).awaitEnd();
    assertThat(end.reason()).isEqualTo(StreamEnd.Reason.FAILED);
    assertThat(end.cause()).isInstanceOf(IOException.class);
  }

  @Test
  void shouldEndWhenTheHostIsCutOffInTheMiddleOfAFrame() throws Exception {
    host.then(
        wire -> {
          wire.announce(1000);
          wire.raw(new byte[10]);
        });
    assertThat(subscribe(null, LIMITS).awaitEnd().reason()).isEqualTo(StreamEnd.Reason.FAILED);
    assertThat(listener.messages).isEmpty();
    assertThat(listener.problems).isEmpty();
  }

  @Test
  void shouldEndWithWhatTheListenerThrew() throws Exception {
    IllegalStateException broken = new IllegalStateException("our own fault");
    host.then(
        wire -> {
          wire.send(Frames.identity(1));
          wire.send(Frames.identity(2));
          stayOpen();
        });
    AtomicLong calls = new AtomicLong();
    StreamListener failing =
        new RecordingListener() {
          @Override
          public void onMessage(StreamMessage message, byte[] frame) {
            calls.incrementAndGet();
            throw broken;
          }
        };
    StreamEnd end =
        new StreamClient(new OkHttpClient(), LIMITS)
            .subscribe(host.endpoint(), null, failing)
            .awaitEnd();
    assertThat(end.reason()).isEqualTo(StreamEnd.Reason.LISTENER);
    assertThat(end.cause()).isSameAs(broken);
    assertThat(calls).hasValue(1);
  }

  @Test
  void shouldNotCallTheListenerAnyMoreOnceTheEndIsKnown() throws Exception {
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    AtomicLong calls = new AtomicLong();
    host.then(
        wire -> {
          for (int i = 1; i <= 50; i++) {
            wire.send(Frames.identity(i));
          }
          stayOpen();
        });
    StreamListener slow =
        new RecordingListener() {
          @Override
          public void onMessage(StreamMessage message, byte[] frame) {
            calls.incrementAndGet();
            entered.countDown();
            awaitQuietly(release);
          }
        };
    StreamConnection connection =
        new StreamClient(new OkHttpClient(), LIMITS).subscribe(host.endpoint(), null, slow);
    assertThat(entered.await(10, TimeUnit.SECONDS)).isTrue();
    connection.close();
    Thread.ofVirtual().start(release::countDown);
    assertThat(connection.awaitEnd().reason()).isEqualTo(StreamEnd.Reason.STOPPED);
    assertThat(release.getCount()).isZero();
    assertThat(calls).hasValue(1);
  }

  @Test
  void shouldRefuseEndpointsThatAreNoWebSocket() {
    StreamClient client = new StreamClient(new OkHttpClient(), LIMITS);
    for (String endpoint : List.of("ftp://a.test/", "relay.test", "wss:relative")) {
      assertThatThrownBy(() -> client.subscribe(URI.create(endpoint), null, listener))
          .as(endpoint)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      if (!latch.await(30, TimeUnit.SECONDS)) {
        throw new AssertionError("never released");
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
