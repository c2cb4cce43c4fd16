package dev.millrace.simulator.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.atproto.stream.InfoMessage;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventLogTest {
  private static final StreamEvent EVENT =
      new StreamEvent("did:plc:a", seq -> new InfoMessage("n" + seq, null));

  private static List<Long> numbers(List<EventLog.Entry> entries) {
    return entries.stream().map(EventLog.Entry::seq).toList();
  }

  @Test
  void shouldKeepTheNewestAndLeaveAGapBeforeEachNumber() {
    EventLog log = new EventLog(100, 3, seq -> 1);
    for (int i = 0; i < 20; i++) {
      log.append(EVENT);
    }
    assertThat(log.lastSeq()).isEqualTo(140);
    assertThat(log.size()).isEqualTo(3);
    assertThat(log.forgottenThrough()).isEqualTo(134);
    assertThat(numbers(log.read(0, 10))).containsExactly(136L, 138L, 140L);
    assertThat(numbers(log.read(136, 1))).containsExactly(138L);
    assertThat(numbers(log.read(137, 9))).containsExactly(138L, 140L);
    assertThat(log.read(140, 9)).isEmpty();
  }

  @Test
  void shouldHaveForgottenEverythingBeforeItsStart() {
    EventLog log = new EventLog(100, 3, seq -> 2);
    assertThat(log.forgottenThrough()).isEqualTo(100);
    assertThat(log.lastSeq()).isEqualTo(100);
  }

  @Test
  void shouldReturnFromWaitingWhenNothingComes() throws InterruptedException {
    EventLog log = new EventLog(0, 3, seq -> 2);
    log.await(0, Duration.ofMillis(20));
    log.append(EVENT);
    log.await(0, Duration.ofHours(1));
    assertThat(log.lastSeq()).isEqualTo(2);
  }
}
