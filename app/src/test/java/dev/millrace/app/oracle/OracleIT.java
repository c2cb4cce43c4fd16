package dev.millrace.app.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Five seeds of the {@link Oracle}; others with {@code -Dmillrace.seeds=FROM..TO}. Many in one go:
 * {@code scripts/oracle}.
 */
final class OracleIT {
  @TempDir static Path directory;
  private static OracleServers servers;

  @BeforeAll
  static void startServers() {
    servers = new OracleServers(directory);
  }

  @AfterAll
  static void stopServers() {
    servers.close();
  }

  static LongStream seeds() {
    String range = System.getProperty("millrace.seeds", "1..5");
    int dots = range.indexOf("..");
    return LongStream.rangeClosed(
        Long.parseLong(range.substring(0, dots)), Long.parseLong(range.substring(dots + 2)));
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void shouldEndEqualWhateverHappens(long seed) throws Exception {
    Oracle.Outcome outcome = new Oracle(servers).run(seed);
    assertThat(outcome.problems()).as(outcome.story()).isEmpty();
  }
}
