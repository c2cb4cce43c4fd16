package dev.millrace.connectors.repolist;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HostScheduleTest {
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final InstantSource source = () -> now;
  private final Clock clock = source.withZone(ZoneOffset.UTC);
  private final HostSchedule<String> schedule = new HostSchedule<>(4, clock);

  private List<HostSchedule.Turn<String>> takeAll() throws InterruptedException {
    List<HostSchedule.Turn<String>> turns = new ArrayList<>();
    while (true) {
      var turn = schedule.take(Duration.ZERO);
      if (turn.isEmpty()) {
        return turns;
      }
      turns.add(turn.get());
    }
  }

  private static List<String> names(List<HostSchedule.Turn<String>> turns) {
    return turns.stream().map(HostSchedule.Turn::host).toList();
  }

  @Test
  void shouldGiveHalfOfTheTurnsToHostsThatDidNotAnswer() throws Exception {
    for (String host : List.of("a", "b", "c")) {
      schedule.add(host);
    }
    List<HostSchedule.Turn<String>> first = takeAll();
    assertThat(first).hasSize(2);
    schedule.done(first.getFirst(), Duration.ZERO, true);
    schedule.done(first.getLast(), Duration.ZERO, false);
    List<HostSchedule.Turn<String>> second = takeAll();
    assertThat(names(second)).hasSize(3).startsWith(first.getFirst().host());
  }

  @Test
  void shouldNotLetHostsThatHangHoldOneThatAnswers() throws Exception {
    schedule.add("good");
    schedule.done(takeAll().getFirst(), Duration.ZERO, true);
    for (int i = 0; i < 50; i++) {
      schedule.add("hangs" + i);
    }
    assertThat(names(takeAll())).hasSize(3).contains("good");
    // The two hang for good; the one that answers goes on.
  }

  @Test
  void shouldWaitForAHostToBeDueAndTakeTheOneDueForLongest() throws Exception {
    schedule.add("a");
    schedule.add("b");
    List<HostSchedule.Turn<String>> turns = takeAll();
    schedule.done(turns.getFirst(), Duration.ofMinutes(5), true);
    schedule.done(turns.getLast(), Duration.ofMinutes(2), true);
    assertThat(takeAll()).isEmpty();
    now = now.plus(Duration.ofMinutes(2));
    assertThat(names(takeAll())).containsExactly(turns.getLast().host());
    now = now.plus(Duration.ofMinutes(9));
    assertThat(names(takeAll())).containsExactly(turns.getFirst().host());
  }
}
