package dev.millrace.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.simulator.world.World;
import dev.millrace.simulator.world.Worlds;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TrafficTest {
  private final World world = World.create(Worlds.options(1, 8), 0, step -> {});

  @Test
  void shouldStepUntilItIsQuiet() {
    try (Traffic traffic = new Traffic(world)) {
      assertThat(world.steps()).isZero();
      traffic.resume(2_000);
      await().atMost(Duration.ofSeconds(20)).until(() -> world.steps() > 50);
      traffic.quiesce();
      long steps = world.steps();
      String hash = world.truth().hash();
      traffic.resume();
      await().atMost(Duration.ofSeconds(20)).until(() -> world.steps() > steps);
      traffic.quiesce();
      assertThat(world.truth().hash()).isNotEqualTo(hash);
    }
  }
}
