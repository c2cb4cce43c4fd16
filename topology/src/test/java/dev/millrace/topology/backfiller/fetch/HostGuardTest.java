package dev.millrace.topology.backfiller.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.atproto.rate.RequestRate;
import dev.millrace.topology.backfiller.fetch.HostGuard.Busy;
import dev.millrace.topology.backfiller.fetch.HostGuard.Paused;
import dev.millrace.topology.backfiller.fetch.HostGuard.Slot;
import dev.millrace.topology.backfiller.pending.Lane;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class HostGuardTest {
  private static final String HOST = "pds.example";
  private static final HostPolicy POLICY =
      new HostPolicy(
          2,
          1,
          new RequestRate(600, Duration.ofMinutes(1)),
          3,
          Duration.ofSeconds(10),
          Duration.ofSeconds(40),
          Duration.ofSeconds(5));

  private final SetClock clock = new SetClock();
  private double share = 1;
  private final HostGuard guard = new HostGuard(POLICY, () -> share, clock);

  @BeforeEach
  void prove() {
    try (Slot probe = (Slot) guard.enter(HOST, Lane.LISTING, true)) {
      probe.answered();
    }
  }

  @Test
  void shouldAskAHostThatHasNotProvenToAnswerByOneProbeAtATime() {
    String unproven = "slow.example";
    assertThat(guard.hasRoom(unproven, Lane.LISTING)).isFalse();
    assertThat(guard.enter(unproven, Lane.LISTING, false)).isInstanceOf(Busy.class);
    assertThat(guard.mayProbe(unproven, Lane.LISTING)).isTrue();

    Slot probe = (Slot) guard.enter(unproven, Lane.LISTING, true);
    assertThat(guard.mayProbe(unproven, Lane.LISTING)).isFalse();
    assertThat(guard.enter(unproven, Lane.LISTING, true)).isInstanceOf(Busy.class);
    assertThat(guard.mayProbe(unproven, Lane.REQUEST)).as("a request does not wait").isTrue();
    probe.answered();
    probe.close();
    assertThat(guard.mayProbe(unproven, Lane.LISTING)).as("it is proven").isFalse();
    assertThat(guard.enter(unproven, Lane.LISTING, false)).isInstanceOf(Slot.class);
    assertThat(guard.enter(unproven, Lane.LISTING, true)).isInstanceOf(Slot.class);
  }

  @Test
  void shouldAskAHostThatFailsByProbesUntilItAnswersAgain() {
    fail(1);
    assertThat(guard.enter(HOST, Lane.LISTING, false)).isInstanceOf(Busy.class);
    prove();
    assertThat(guard.enter(HOST, Lane.LISTING, false)).isInstanceOf(Slot.class);
  }

  @Test
  void shouldLeaveAHostAloneAtOnceThatNeverAnsweredAndSendsWithoutEnd() {
    String stranger = "endless.example";
    Slot probe = (Slot) guard.enter(stranger, Lane.LISTING, true);
    probe.endless();
    probe.close();
    assertThat(guard.paused(stranger)).isNotNull();

    Slot one = slot(Lane.LISTING);
    one.endless();
    one.close();
    assertThat(guard.paused(HOST)).as("one huge repo of a host that answers").isNull();
  }

  @Test
  void shouldBoundDownloadsByHostAndLane() {
    Slot first = slot(Lane.LISTING);
    Slot second = slot(Lane.LISTING);

    assertThat(guard.enter(HOST, Lane.LISTING, false)).isInstanceOf(Busy.class);
    assertThat(guard.hasRoom(HOST, Lane.LISTING)).isFalse();
    Slot request = slot(Lane.REQUEST);
    assertThat(guard.enter(HOST, Lane.REQUEST, false)).isInstanceOf(Busy.class);

    first.close();
    first.close();
    assertThat(guard.hasRoom(HOST, Lane.LISTING)).isTrue();
    second.close();
    request.close();
  }

  @Test
  void shouldLeaveAHostAloneAfterFailuresInARowAndLetOneProbeThrough() {
    fail(2);
    assertThat(guard.paused(HOST)).isNull();
    prove();
    fail(2);
    assertThat(guard.paused(HOST)).as("an answer in between starts anew").isNull();
    fail(1);

    Paused paused = (Paused) guard.enter(HOST, Lane.LISTING, false);
    assertThat(paused.isDead()).isTrue();
    assertThat(paused.until() - clock.millis()).isBetween(10_000L, 11_000L);
    assertThat(guard.pausedHosts()).isEqualTo(1);

    clock.advance(Duration.ofSeconds(12));
    Slot probe = (Slot) guard.enter(HOST, Lane.LISTING, true);
    assertThat(guard.enter(HOST, Lane.LISTING, false)).isInstanceOf(Busy.class);
    assertThat(guard.enter(HOST, Lane.REQUEST, false)).isInstanceOf(Busy.class);
    probe.answered();
    probe.close();
    slot(Lane.LISTING);
    slot(Lane.LISTING);
  }

  @Test
  void shouldWaitLongerAfterEachFailedProbeAndNoLongerThanTheMost() {
    fail(3);
    long[] least = {20_000, 40_000, 40_000};
    for (long expected : least) {
      clock.advance(Duration.ofMinutes(1));
      fail(1);
      Paused paused = (Paused) guard.enter(HOST, Lane.LISTING, false);
      assertThat(paused.until() - clock.millis()).isBetween(expected, expected * 11 / 10);
    }
  }

  @Test
  void shouldHonourARateLimitWithoutTakingTheHostForDead() {
    ask(slot -> slot.rateLimited(Duration.ofSeconds(60)));
    Paused paused = (Paused) guard.enter(HOST, Lane.REQUEST, false);

    assertThat(paused.isDead()).isFalse();
    assertThat(paused.until() - clock.millis()).isBetween(60_000L, 66_000L);
    clock.advance(Duration.ofSeconds(67));
    ask(slot -> slot.rateLimited(null));
    assertThat(((Paused) guard.enter(HOST, Lane.LISTING, false)).until() - clock.millis())
        .isBetween(5_000L, 5_500L);
  }

  @Test
  void shouldPauseNoLongerThanAnHourAtOnceWhateverTheHostAsks() {
    ask(slot -> slot.rateLimited(Duration.ofHours(24)));

    assertThat(((Paused) guard.enter(HOST, Lane.LISTING, false)).until() - clock.millis())
        .isBetween(3_600_000L, 3_960_000L);
  }

  @Test
  void shouldDoubleTheBackoffUpToItsMostAndNeverUndercutTheHost() {
    Backoff backoff = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(30), 5, 2);

    assertThat(backoff.after(1, Duration.ZERO).toMillis()).isBetween(1_000L, 1_500L);
    assertThat(backoff.after(4, Duration.ZERO).toMillis()).isBetween(8_000L, 12_000L);
    assertThat(backoff.after(1_000_000, Duration.ZERO).toMillis()).isBetween(30_000L, 45_000L);
    assertThat(backoff.after(1, Duration.ofMinutes(5)))
        .isGreaterThanOrEqualTo(Duration.ofMinutes(5));
  }

  @Test
  void shouldNeverAskAHostMoreOftenThanItsRateInAnyWindow() {
    assertThat(mostAsked(Duration.ofMinutes(5))).isBetween(570L, 600L);
  }

  @Test
  void shouldTakeItsShareOfTheRateAmongInstances() {
    share = 0.25;
    assertThat(mostAsked(Duration.ofMinutes(5))).isBetween(140L, 150L);
    share = 0.001;
    assertThat(mostAsked(Duration.ofMinutes(5))).as("and at least one").isBetween(1L, 2L);
  }

  /** As often as it is allowed; the most of any minute. */
  private long mostAsked(Duration time) {
    Deque<Long> lastMinute = new ArrayDeque<>();
    long most = 0;
    for (long ms = 0; ms < time.toMillis(); ms += 5) {
      // A pause, after which it may not make up for what it did not use.
      if (ms / 70_000 % 2 == 0 && guard.hasRoom(HOST, Lane.LISTING)) {
        ask(Slot::answered);
        lastMinute.addLast(ms);
      }
      while (!lastMinute.isEmpty() && lastMinute.getFirst() <= ms - 60_000) {
        lastMinute.removeFirst();
      }
      most = Math.max(most, lastMinute.size());
      clock.advance(Duration.ofMillis(5));
    }
    return most;
  }

  @Test
  void shouldKeepARequestWaitingThatComesTooSoonThoughTheHostHasRoom() {
    while (guard.hasRoom(HOST, Lane.REQUEST)) {
      ask(Slot::answered);
    }
    assertThat(guard.enter(HOST, Lane.REQUEST, false)).isInstanceOf(Busy.class);
    clock.advance(Duration.ofSeconds(2));
    assertThat(guard.enter(HOST, Lane.REQUEST, false)).isInstanceOf(Slot.class);
  }

  private Slot slot(Lane lane) {
    return (Slot) guard.enter(HOST, lane, false);
  }

  private void fail(int times) {
    for (int i = 0; i < times; i++) {
      try (Slot slot = (Slot) guard.enter(HOST, Lane.LISTING, true)) {
        slot.failed();
      }
    }
  }

  private void ask(Consumer<Slot> outcome) {
    try (Slot slot = slot(Lane.LISTING)) {
      outcome.accept(slot);
    }
  }

  private static final class SetClock extends Clock {
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    void advance(Duration by) {
      now = now.plus(by);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException();
    }
  }
}
