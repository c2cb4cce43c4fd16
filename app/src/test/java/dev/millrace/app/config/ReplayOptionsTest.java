package dev.millrace.app.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

final class ReplayOptionsTest {
  @Command
  private static final class Given {
    @Mixin private ReplayOptions options;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --prepare                                   | --from beginning
          --topic label_live --topic identities       | --from beginning --topic label_live,identities
          --into postgresql://me:secret@db/x          | --from beginning --into 'postgresql://me@db/x' --into-group g_replay
          --into postgresql://db/x --into-group other | --from beginning --into 'postgresql://db/x' --into-group other
          """,
      quoteCharacter = '"')
  void shouldNameTheWholeReplayAndNoPassword(String given, String asked) {
    Given command = new Given();
    new CommandLine(command).parseArgs(given.split(" ", -1));

    assertThat(command.options.asked("g")).isEqualTo(asked);
  }
}
