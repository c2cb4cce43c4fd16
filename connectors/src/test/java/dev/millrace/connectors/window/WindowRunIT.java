package dev.millrace.connectors.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.connectors.kafka.WriteSteps;
import dev.millrace.schema.event.EventCodec;
import dev.millrace.schema.event.RepoEvent;
import dev.millrace.schema.topic.Topic;
import dev.millrace.simulator.fault.FaultKind;
import dev.millrace.simulator.fault.FaultSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Windows of a simulated network's last ten days, of which the relay keeps three or all. */
class WindowRunIT {
  private static final Throttle AT_ONCE = new Throttle(Pace.UNLIMITED, List.of());
  private static final Throttle SLOWLY =
      new Throttle(new Pace(50, Duration.ofMillis(100), 0), List.of());
  private static final int THREE_DAYS = PastNetwork.STEPS * 2 * 3 / 10;
  private static final int ALL = 100_000;

  /** Not caught by anything: the process is gone. */
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 4", "7, 4", "-1, 1", "-1, 4"})
  void shouldBringExactlyWhatTheRelayTellsOfTheWindow(int days, int workers) throws Exception {
    try (PastNetwork it = PastNetwork.ofRecords(ALL)) {
      Instant now = Instant.now();
      WindowEnd end = it.run(it.options(days, null, workers));

      assertThat(end.isComplete()).isTrue();
      assertThat(end.progress().failed()).isZero();
      long start = days < 0 ? 0 : it.before(now.minus(Duration.ofDays(days)));
      it.index();
      assertThat(it.rows()).isNotEmpty().isEqualTo(it.written(start));
      assertThat(end.progress().received())
          .isEqualTo(it.log().read(start, Integer.MAX_VALUE / 2).size());
      assertThat(it.cluster.deadLetters()).isEmpty();
      assertThat(it.cluster.records(Topic.REPO_REQUESTS)).isEmpty();
      assertThat(it.one("SELECT cursor::bigint FROM firehose_cursor WHERE service = 'backfill'"))
          .isEqualTo(it.log().lastSeq());
      assertThat(it.one("SELECT count(*) FROM actor_sync")).as("a window raises no rev").isZero();
    }
  }

  @Test
  void shouldSayThatTheRelayKeepsLessAndNameTheRepoBackfill() throws Exception {
    try (PastNetwork it = PastNetwork.ofRecords(THREE_DAYS)) {
      WindowEnd end = it.run(it.options(7, null, 4));
      assertThat(end.isComplete()).isTrue();
      Instant oldest =
          FirehoseProbe.time(
              it.log().read(0, 1).getFirst().event().message(it.log().read(0, 1).getFirst().seq()));
      assertThat(it.notes)
          .anySatisfy(
              note ->
                  assertThat(note)
                      .contains("keeps less than was asked for")
                      .contains(String.valueOf(oldest))
                      .contains("repo backfill"));
      it.index();
      assertThat(it.rows()).isEqualTo(it.written(0));
    }
  }

  @Test
  void shouldFindTheStartByAFewDozenQuestions() throws Exception {
    try (PastNetwork it = PastNetwork.ofRecords(ALL)) {
      FirehoseProbe probe = new FirehoseProbe(it.client(), it.endpoint());
      WindowBounds.Found found =
          new WindowBounds(probe, it.options(7, null, 4), Clock.systemUTC()).find(null);
      assertThat(found.end()).isEqualTo(it.log().lastSeq());
      assertThat(found.start()).isEqualTo(it.before(Instant.now().minus(Duration.ofDays(7))));
      assertThat(probe.count()).isLessThan(60);
      FirehoseProbe again = new FirehoseProbe(it.client(), it.endpoint());
      new WindowBounds(again, it.options(7, null, 4), Clock.systemUTC()).find(it.log().lastSeq());
      assertThat(again.count()).as("with a known end").isLessThan(30);
    }
  }

  @Test
  void shouldEndWhereLiveIngestionBegan() throws Exception {
    try (PastNetwork it = PastNetwork.ofRecords(ALL)) {
      long middle = it.log().read(0, PastNetwork.STEPS / 2).getLast().seq();
      it.followLive(middle);
      WindowEnd end = it.run(it.options(WindowOptions.EVERYTHING, null, 4));
      assertThat(end.isComplete()).isTrue();
      assertThat(end.progress().lowest()).isBetween(middle, middle + 20);
      it.index();
      assertThat(it.rows()).isEqualTo(it.written(0));
    }
  }

  @Test
  void shouldReadFromACursorAndGoOnWithAStoppedRun() throws Exception {
    try (PastNetwork it = PastNetwork.ofRecords(ALL)) {
      long start = it.log().read(0, 500).getLast().seq();
      WindowEnd stopped =
          it.run(
              it.options(null, start, 2),
              AT_ONCE,
              WriteSteps.NONE,
              () -> it.progress.received() > 200);
      assertThat(stopped.isFinished()).isFalse();
      WindowEnd end = it.run(it.resume(4));
      assertThat(end.isComplete()).isTrue();
      assertThat(it.notes).anyMatch(note -> note.startsWith("going on with the window of start="));
      it.index();
      assertThat(it.rows()).isEqualTo(it.written(start));
      assertThat(it.run(it.resume(4)).progress().received()).as("it is finished").isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void shouldGoOnExactlyAfterKillsAtAnyStep(int workers) throws Exception {
    try (PastNetwork it = PastNetwork.ofRecords(ALL)) {
      RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
      int kills = 0;
      for (boolean isDone = false; !isDone; ) {
        AtomicInteger left =
            new AtomicInteger(kills < 6 ? random.nextInt(1, 40) : Integer.MAX_VALUE);
        try {
          isDone =
              it.run(
                      it.options(7, null, workers),
                      AT_ONCE,
                      step -> {
                        if (left.decrementAndGet() <= 0) {
                          throw new Killed();
                        }
                      },
                      () -> false)
                  .isComplete();
        } catch (WindowException e) {
          assertThat(e).hasRootCauseInstanceOf(Killed.class);
          kills++;
        }
      }
      assertThat(kills).isEqualTo(6);
      long start = it.windowStart();
      it.index();
      assertThat(it.rows()).isEqualTo(it.written(start));
      List<RepoEvent> events =
          it.cluster.records(Topic.FIREHOSE_BACKFILL).stream()
              .map(record -> EventCodec.decode(record.value()))
              .toList();
      assertThat(events).allMatch(RepoEvent::isOfWindow);
    }
  }

  @Test
  void shouldGoOnThroughDisconnectsAndGarbage() throws Exception {
    try (PastNetwork it = PastNetwork.ofRecords(ALL)) {
      int frames = 100;
      for (FaultKind kind :
          List.of(
              FaultKind.DISCONNECT,
              FaultKind.TRUNCATED_FRAME,
              FaultKind.TEXT_FRAME,
              FaultKind.UNKNOWN_EVENT,
              FaultKind.EARLIER_SEQ,
              FaultKind.REPEATED_SEQ,
              FaultKind.CONSUMER_TOO_SLOW,
              FaultKind.SILENCE)) {
        it.network.faults().inject(FaultSpec.of(kind).afterFrames(frames));
        frames += 60;
      }
      WindowEnd end = it.run(it.options(WindowOptions.EVERYTHING, null, 1));
      assertThat(end.isComplete()).isTrue();
      assertThat(end.progress().failed()).isPositive();
      assertThat(it.cluster.deadLetters()).isNotEmpty();
      it.index();
      assertThat(it.rows()).isEqualTo(it.written(0));
    }
  }

  @Test
  void shouldNotCallItCompleteWhenTheRelayLostAPartMeanwhile() throws Exception {
    try (PastNetwork it = PastNetwork.ofRecords(PastNetwork.STEPS)) {
      it.run(
          it.options(WindowOptions.EVERYTHING, null, 1),
          SLOWLY,
          WriteSteps.NONE,
          () -> it.progress.received() > 100);
      it.network.world().step(400);
      assertThat(it.log().forgottenThrough()).isGreaterThan(it.rangeCursor());
      WindowEnd end = it.run(it.options(WindowOptions.EVERYTHING, null, 1));
      assertThat(end.isFinished()).isTrue();
      assertThat(end.isComplete()).isFalse();
      assertThat(end.gaps()).singleElement().asString().contains("no longer had");
      assertThat(it.one("SELECT count(*) FROM backfill_range WHERE gap IS NOT NULL")).isEqualTo(1);
    }
  }

  @Test
  void shouldEndWithAnErrorWhenTheRelayCountsAnew() throws Exception {
    try (PastNetwork it = PastNetwork.ofRecords(ALL)) {
      it.run(it.options(7, null, 1), SLOWLY, WriteSteps.NONE, () -> it.progress.received() > 100);
      it.execute("UPDATE backfill_range SET end_cursor = 99000000, start_cursor = 90000000");
      it.execute("UPDATE backfill_window SET begun_at = begun_at + interval '1 second'");
      assertThatThrownBy(() -> it.run(it.resume(1)))
          .isInstanceOf(WindowException.class)
          .hasMessageContaining("FutureCursor");
      assertThat(it.one("SELECT count(*) FROM backfill_window WHERE finished_at IS NULL"))
          .isEqualTo(1);
    }
  }

  @Test
  void shouldNotBeginAFinishedWindowAgainAsAServiceThatIsRestarted() throws Exception {
    try (PastNetwork it = PastNetwork.ofRecords(ALL)) {
      assertThat(it.run(it.service(1)).progress().received()).isPositive();
      assertThat(it.run(it.service(1)).progress().received()).isZero();
      assertThat(it.notes).anyMatch(note -> note.endsWith("is finished: nothing to do"));
      assertThat(it.run(it.options(1, null, 2)).progress().received())
          .as("somebody asks for it")
          .isPositive();
    }
  }

  @Test
  void shouldSayWhoHoldsTheLock() throws Exception {
    try (PastNetwork it = PastNetwork.ofRecords(ALL);
        WindowStore held = WindowStore.open(it.database, "backfill")) {
      assertThatThrownBy(() -> it.run(it.options(1, null, 1)))
          .isInstanceOf(WindowException.class)
          .hasMessageContaining("at work already: millrace backfill on ")
          .hasMessageContaining("pid " + ProcessHandle.current().pid());
      assertThat(held.load("other")).isEmpty();
    }
  }

  @Test
  void shouldKeepItsPace() throws Exception {
    try (PastNetwork it = PastNetwork.ofRecords(ALL)) {
      // The conservative profile is 5 in 2,000 ms; the same in a fifth of the time.
      Pace pace = new Pace(5, Duration.ofMillis(400), 0);
      List<WindowProgress> seen = new ArrayList<>();
      it.run(
          it.smallBatches(7, 2),
          new Throttle(pace, List.of()),
          WriteSteps.NONE,
          () -> {
            if (it.progress.received() > 0) {
              seen.add(it.progress);
            }
            return it.progress.received() >= 160;
          });
      WindowProgress first = seen.getFirst();
      WindowProgress last = seen.getLast();
      double seconds = last.elapsed().minus(first.elapsed()).toNanos() / 1e9;
      assertThat((last.received() - first.received()) / seconds).isBetween(11.25, 13.75);
    }
  }

  @Test
  void shouldReadNothingWhileABrakeHolds() throws Exception {
    try (PastNetwork it = PastNetwork.ofRecords(ALL)) {
      AtomicInteger asked = new AtomicInteger();
      Brake lag = () -> asked.incrementAndGet() < 30 ? "live is behind" : null;
      WindowEnd end =
          it.run(
              it.options(1, null, 2),
              new Throttle(Pace.UNLIMITED, List.of(lag)),
              WriteSteps.NONE,
              () -> {
                if (asked.get() < 28) {
                  assertThat(it.progress.received()).isZero();
                }
                return false;
              });
      assertThat(end.isComplete()).isTrue();
    }
  }
}
