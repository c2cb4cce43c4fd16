package dev.millrace.simulator.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalIT {
  @TempDir Path directory;

  @Test
  void shouldRememberTheStepsAndWhatItWasTold() {
    try (Journal journal = Journal.open(directory)) {
      assertThat(journal.steps()).isZero();
      journal.steps(41);
      journal.steps(42);
      journal.put(Map.of("ports", "1,2"));
    }
    try (Journal journal = Journal.open(directory)) {
      assertThat(journal.steps()).isEqualTo(42);
      assertThat(journal.get("ports")).isEqualTo("1,2");
    }
  }

  @Test
  void shouldNameWhatDiffersFromTheNetworkThatIsThere() {
    try (Journal journal = Journal.open(directory)) {
      journal.require(Map.of("seed", "1", "repos", "10"));
      journal.require(Map.of("seed", "1", "repos", "10"));
      assertThatThrownBy(() -> journal.require(Map.of("seed", "2", "repos", "10")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(directory.toString())
          .hasMessageContaining("seed is 1 there, not 2")
          .hasMessageNotContaining("repos");
    }
  }

  @Test
  void shouldBeOpenOnce() {
    try (Journal first = Journal.open(directory)) {
      assertThat(first.steps()).isZero();
      assertThatThrownBy(() -> Journal.open(directory))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("another simulator is running");
    }
  }
}
