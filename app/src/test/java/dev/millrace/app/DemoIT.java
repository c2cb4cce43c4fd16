package dev.millrace.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demonstration in a process of its own: equal at the end, whatever happens on the way. */
final class DemoIT {
  private static final Duration LIMIT = Duration.ofMinutes(5);

  @TempDir Path data;

  @Test
  void shouldEndEqualAndLeaveNothingBehind() throws Exception {
    try (MillraceProcess demo =
        MillraceProcess.start("demo", "--once", "--repos", "30", "--seed", "2")) {
      assertThat(demo.awaitExit(LIMIT)).as(demo.output()).isZero();
      assertThat(demo.output()).contains("equal: every record by URI, CID and content");
      String directory =
          demo.output()
              .lines()
              .filter(line -> line.startsWith("— log in "))
              .findFirst()
              .orElseThrow()
              .substring("— log in ".length());
      assertThat(Path.of(directory.replace("/logs/millrace.log", ""))).doesNotExist();
    }
  }

  @Test
  void shouldEndEqualAfterAKillInTheMiddle() throws Exception {
    String[] arguments = {
      "demo", "--once", "--repos", "60", "--seed", "3", "--data", data.toString()
    };
    try (MillraceProcess demo = MillraceProcess.start(arguments)) {
      demo.awaitLine(line -> line.matches("fetched [1-9].*"), LIMIT);
      demo.kill();
      assertThat(demo.output()).doesNotContain("equal");
    }
    try (MillraceProcess demo = MillraceProcess.start(arguments)) {
      assertThat(demo.awaitExit(LIMIT)).as(demo.output()).isZero();
      assertThat(demo.output()).contains("equal: every record by URI, CID and content");
    }
  }

  @Test
  void shouldRefuseADirectoryThatHoldsAnotherNetwork() throws Exception {
    try (MillraceProcess demo =
        MillraceProcess.start("demo", "--once", "--repos", "10", "--data", data.toString())) {
      assertThat(demo.awaitExit(LIMIT)).as(demo.output()).isZero();
    }
    try (MillraceProcess other =
        MillraceProcess.start("demo", "--once", "--repos", "11", "--data", data.toString())) {
      assertThat(other.awaitExit(LIMIT)).isEqualTo(1);
      assertThat(other.output()).contains("holds another network", "repos is 10 there, not 11");
    }
  }
}
