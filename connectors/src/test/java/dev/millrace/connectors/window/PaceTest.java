package dev.millrace.connectors.window;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PaceTest {
  /** Frames that get through in so long, taken as soon as may be by whoever comes. */
  private static long inSeconds(Pace pace, int batch, int seconds) {
    long begun = System.nanoTime();
    long now = begun;
    long frames = 0;
    while (true) {
      now += pace.take(batch, now).toNanos();
      if (now - begun > Duration.ofSeconds(seconds).toNanos()) {
        return frames;
      }
      frames += batch;
    }
  }

  @Test
  void shouldTakeTheBatchAndTheDelayTogether() {
    assertThat(inSeconds(new Pace(5, Duration.ofSeconds(2), 0), 5, 600)).isBetween(1_500L, 1_510L);
    assertThat(inSeconds(new Pace(20, Duration.ofMillis(500), 0), 20, 60))
        .isBetween(2_400L, 2_440L);
    assertThat(inSeconds(new Pace(100, Duration.ofMillis(100), 0), 7, 60))
        .as("batches that are not full")
        .isBetween(60_000L, 60_200L);
  }

  @Test
  void shouldKeepTheSlowerOfPaceAndRate() {
    assertThat(new Pace(100, Duration.ofMillis(100), 250).rate()).isEqualTo(250);
    assertThat(new Pace(5, Duration.ofSeconds(2), 250).rate()).isEqualTo(2.5);
    assertThat(Pace.UNLIMITED.rate()).isInfinite();
    assertThat(Pace.UNLIMITED.take(1_000, 0)).isZero();
  }

  @Test
  void shouldMakeUpForNoMoreThanOneBatch() {
    Pace pace = new Pace(5, Duration.ofSeconds(2), 0);
    long later = System.nanoTime() + Duration.ofHours(1).toNanos();
    assertThat(pace.take(5, later)).isZero();
    assertThat(pace.take(5, later)).isZero();
    assertThat(pace.take(5, later)).isEqualTo(Duration.ofSeconds(2));
  }
}
