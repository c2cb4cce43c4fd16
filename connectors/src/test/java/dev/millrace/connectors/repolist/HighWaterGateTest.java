package dev.millrace.connectors.repolist;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HighWaterGateTest {
  private final HighWaterGate gate = new HighWaterGate(1_000);

  @Test
  void shouldShutAtTheMarkAndOpenOnlyAtFourFifthsOfIt() {
    gate.measured(999);
    assertThat(gate.isShut()).isFalse();
    gate.measured(1_000);
    assertThat(gate.isShut()).isTrue();
    gate.measured(801);
    assertThat(gate.isShut()).isTrue();
    gate.measured(800);
    assertThat(gate.isShut()).isFalse();
    gate.measured(999);
    assertThat(gate.isShut()).isFalse();
  }

  @Test
  void shouldCountWhatWasWrittenSinceTheLastMeasurement() {
    gate.measured(500);
    gate.wrote(499);
    assertThat(gate.isShut()).isFalse();
    gate.wrote(1);
    assertThat(gate.isShut()).isTrue();
    assertThat(gate.backlog()).isEqualTo(1_000);
    gate.measured(0);
    assertThat(gate.isShut()).isFalse();
  }
}
