package dev.millrace.atproto.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.atproto.rate.RequestRate;
import dev.millrace.atproto.xrpc.XrpcException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** By a clock that only waiting moves. */
@Timeout(60)
class DirectoryLimitsTest {
  private static final URI PLC = URI.create("https://plc.test/did:plc:x");
  private static final URI OTHER = URI.create("https://other.test/.well-known/did.json");

  private final AtomicLong nanos = new AtomicLong(1_000_000_000_000L);

  private DirectoryLimits limits(int atOnce, int requests, Duration window) {
    return new DirectoryLimits(
        new DirectoryLimits.Policy(atOnce, new RequestRate(requests, window)),
        nanos::get,
        nanos::addAndGet);
  }

  private double seconds() {
    return (nanos.get() - 1_000_000_000_000L) / 1e9;
  }

  private static XrpcException refusal(int status, @Nullable Duration retryAfter) {
    return new XrpcException(status, null, "no", retryAfter, "");
  }

  private static void refuse(DirectoryLimits limits, int status, @Nullable Duration retryAfter) {
    assertThatThrownBy(
            () ->
                limits.ask(
                    PLC,
                    () -> {
                      throw refusal(status, retryAfter);
                    }))
        .isInstanceOf(XrpcException.class)
        .hasMessageContaining(Integer.toString(status));
  }

  @Test
  void shouldAskNoMoreOftenThanTheRateInAnyWindow() throws Exception {
    DirectoryLimits limits = limits(4, 10, Duration.ofSeconds(10));
    List<Double> asked = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      limits.ask(PLC, () -> asked.add(seconds()));
    }
    for (double from : asked) {
      assertThat(asked.stream().filter(time -> time >= from && time < from + 10).count())
          .isLessThanOrEqualTo(10);
    }
    assertThat(seconds()).isLessThan(130);
  }

  @Test
  void shouldBoundEachDirectoryAlone() throws Exception {
    DirectoryLimits limits = limits(4, 2, Duration.ofSeconds(10));
    limits.ask(PLC, () -> 1);
    limits.ask(PLC, () -> 1);
    double before = seconds();
    limits.ask(OTHER, () -> 1);
    assertThat(seconds()).isEqualTo(before);
    limits.ask(PLC, () -> 1);
    assertThat(seconds()).isGreaterThan(before);
  }

  @Test
  void shouldLetEverybodyWaitAsLongAsTheDirectoryAsks() throws Exception {
    DirectoryLimits limits = limits(4, 1_000, Duration.ofSeconds(1));
    refuse(limits, 429, Duration.ofSeconds(20));
    limits.ask(PLC, () -> 1);
    assertThat(seconds()).isBetween(20.0, 20.1);
    refuse(limits, 503, Duration.ofSeconds(5));
    limits.ask(PLC, () -> 1);
    assertThat(seconds()).isBetween(25.0, 25.1);
    refuse(limits, 429, null);
    limits.ask(PLC, () -> 1);
    assertThat(seconds()).isBetween(35.0, 35.1);
  }

  @Test
  void shouldNotAskWhileTheDirectoryWantsALongerPauseThanOneMayWait() throws Exception {
    DirectoryLimits limits = limits(4, 1_000, Duration.ofSeconds(1));
    refuse(limits, 429, Duration.ofMinutes(2));
    assertThatThrownBy(() -> limits.ask(PLC, () -> fail()))
        .isInstanceOfSatisfying(
            XrpcException.class,
            e -> {
              assertThat(e.reason()).isEqualTo("paused");
              assertThat(e.passing()).isTrue();
              assertThat(e.retryAfter())
                  .isBetween(Duration.ofSeconds(119), Duration.ofSeconds(121));
            });
    assertThat(seconds()).isZero();
    limits.ask(OTHER, () -> 1);
    nanos.addAndGet(Duration.ofMinutes(2).toNanos());
    assertThat(limits.ask(PLC, () -> 7)).isEqualTo(7);
  }

  @Test
  void shouldNotTakeOtherFailuresForAWish() throws Exception {
    DirectoryLimits limits = limits(4, 1_000, Duration.ofSeconds(1));
    refuse(limits, 500, null);
    refuse(limits, 503, null);
    refuse(limits, 404, null);
    limits.ask(PLC, () -> 1);
    assertThat(seconds()).isLessThan(1);
  }

  @Test
  void shouldTellWhoeverCannotHaveATurnInTime() {
    DirectoryLimits limits = limits(4, 2, Duration.ofHours(1));
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 5; i++) {
                limits.ask(PLC, () -> 1);
              }
            })
        .isInstanceOfSatisfying(XrpcException.class, e -> assertThat(e.reason()).isEqualTo("busy"));
    assertThat(seconds()).isLessThan(60);
  }

  @Test
  void shouldAskNoMoreAtATimeThanAllowed() throws Exception {
    DirectoryLimits limits = limits(3, 1_000_000, Duration.ofSeconds(1));
    AtomicInteger under = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CountDownLatch open = new CountDownLatch(1);
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> answers = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        answers.add(
            callers.submit(
                () ->
                    limits.ask(
                        PLC,
                        () -> {
                          most.accumulateAndGet(under.incrementAndGet(), Math::max);
                          awaitOpen(open);
                          return under.decrementAndGet();
                        })));
      }
      await().until(() -> under.get() == 3);
      open.countDown();
      for (Future<Integer> answer : answers) {
        answer.get();
      }
    }
    assertThat(most).hasValue(3);
  }

  private static int fail() {
    throw new AssertionError("asked");
  }

  private static void awaitOpen(CountDownLatch open) {
    try {
      open.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
