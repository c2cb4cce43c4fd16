package dev.millrace.connectors.window;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MemoryBrakeTest {
  private final AtomicLong used = new AtomicLong();
  private final AtomicInteger collections = new AtomicInteger();
  private final MemoryBrake brake =
      new MemoryBrake(100, () -> used.get() << 20, collections::incrementAndGet);

  @Test
  void shouldHoldAboveItsLimitUntilItIsBelow() {
    used.set(99);
    assertThat(brake.reason()).isNull();
    used.set(130);
    assertThat(brake.reason()).isEqualTo("memory: 130MB / 100MB limit");
    used.set(80);
    assertThat(brake.reason()).isNull();
  }

  @Test
  void shouldAskTheCollectorOnceInAWhileAndBelieveWhatItLeaves() {
    MemoryBrake collecting = new MemoryBrake(100, () -> used.get() << 20, () -> used.set(10));
    used.set(130);
    assertThat(collecting.reason()).isNull();

    used.set(130);
    assertThat(brake.reason()).isNotNull();
    assertThat(brake.reason()).isNotNull();
    assertThat(collections).hasValue(1);
  }
}
