package dev.millrace.connectors.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PartThreadsTest {
  @Test
  void shouldSayThatATaskWillNotRunOnceThePartStops() {
    PartThreads threads = new PartThreads("part");
    assertThat(threads.start("first", () -> {})).isTrue();
    threads.stop(Duration.ofSeconds(5));
    assertThat(threads.start("late", () -> {})).isFalse();
    assertThat(threads.startAsking("late", () -> {})).isFalse();
  }
}
