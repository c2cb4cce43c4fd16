package dev.millrace.topology.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Random;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Test;

final class PassingTest {
  private final Throwable fenced =
      new StreamsException(
          "Could not create topic",
          new InvalidReplicationFactorException("All brokers are currently fenced"));

  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final InstantSource time = () -> now;
  private final Passing passing = new Passing(time, new Random(1));

  @Test
  void shouldLetAnotherThreadTryWhileBrokersAreFenced() {
    assertThat(passing.pause(fenced)).hasValueSatisfying(PassingTest::isShort);
    now = now.plusSeconds(2);
    assertThat(passing.pause(fenced)).hasValueSatisfying(PassingTest::isShort);
  }

  @Test
  void shouldStopOnAnythingElseAtOnce() {
    assertThat(passing.pause(new IllegalStateException("corrupt"))).isEmpty();
  }

  @Test
  void shouldStopWhenItDoesNotPass() {
    Instant end = now.plus(Passing.PATIENCE);
    while (!now.isAfter(end)) {
      assertThat(passing.pause(fenced)).isPresent();
      now = now.plusSeconds(10);
    }
    assertThat(passing.pause(fenced)).isEmpty();
  }

  @Test
  void shouldHaveNewPatienceForAnotherOutage() {
    for (int outage = 0; outage < 10; outage++) {
      assertThat(passing.pause(fenced)).isPresent();
      now = now.plus(Duration.ofHours(1));
    }
  }

  private static void isShort(Duration pause) {
    assertThat(pause).isPositive().isLessThanOrEqualTo(Duration.ofSeconds(1));
  }
}
