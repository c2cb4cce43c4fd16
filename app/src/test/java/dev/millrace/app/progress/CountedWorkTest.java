package dev.millrace.app.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CountedWorkTest {
  private final StringWriter said = new StringWriter();
  private final PrintWriter lines = new PrintWriter(said, true);

  @Test
  void shouldSayHowFarItIsAndWhenItWillBeDone() {
    try (CountedWork work = CountedWork.ofLines("import", "repos", 4_000, lines, Duration.ZERO)) {
      work.at(1_000, "");
      work.at(2_000, "3 left out");
    }
    assertThat(said.toString().lines())
        .satisfiesExactly(
            first ->
                assertThat(first)
                    .matches("import: 1,000 of 4,000 repos \\([\\d,]+/s\\), done at 20[\\dT:-]+Z"),
            second ->
                assertThat(second).startsWith("import: 2,000 of 4,000").endsWith(", 3 left out"));
  }

  @Test
  void shouldNotSpeakOfAnEndThatIsNotKnown() {
    try (CountedWork work =
        CountedWork.ofLines("a", "repos", CountedWork.UNKNOWN, lines, Duration.ZERO)) {
      work.at(5, "2 asked for");
    }
    assertThat(said.toString().strip()).matches("a: 5 repos \\([\\d,]+/s\\), 2 asked for");
  }

  @Test
  void shouldSayNothingBeforeItsTime() {
    try (CountedWork work =
        CountedWork.ofLines("a", "repos", CountedWork.UNKNOWN, lines, Duration.ofHours(1))) {
      work.at(5, "");
    }
    assertThat(said.toString()).isEmpty();
  }
}
