package dev.millrace.atproto.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BackoffTest {

  @Test
  void shouldDoubleUpToTheCapAndStayThere() {
    Backoff backoff = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(60), new Random(1));
    long bound = 1000;
    for (int i = 0; i < 200; i++) {
      assertThat(backoff.next().toMillis()).isBetween(bound / 2, bound);
      bound = Math.min(60_000, bound * 2);
    }
    assertThat(backoff.failures()).isEqualTo(200);
  }

  @Test
  void shouldStartAgainAfterASuccess() {
    Backoff backoff = new Backoff(Duration.ofMillis(10), Duration.ofDays(1), new Random(1));
    for (int i = 0; i < 20; i++) {
      backoff.next();
    }
    backoff.reset();
    assertThat(backoff.next()).isBetween(Duration.ofMillis(5), Duration.ofMillis(10));
  }

  @Test
  void shouldSpreadTheWaits() {
    Random random = new Random(1);
    assertThat(
            java.util.stream.Stream.generate(
                    () ->
                        new Backoff(Duration.ofSeconds(10), Duration.ofSeconds(10), random).next())
                .limit(100)
                .distinct()
                .count())
        .isGreaterThan(50);
  }

  @Test
  void shouldRefuseWaitsThatMakeNoSense() {
    Random random = new Random(1);
    assertThatThrownBy(() -> new Backoff(Duration.ZERO, Duration.ofSeconds(1), random))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Backoff(Duration.ofSeconds(2), Duration.ofSeconds(1), random))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
