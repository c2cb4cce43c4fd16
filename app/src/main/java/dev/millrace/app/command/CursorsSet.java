package dev.millrace.app.command;

import dev.millrace.atproto.syntax.Datetime;
import dev.millrace.connectors.kafka.CursorStore;
import dev.millrace.schema.event.CursorKey;
import dev.millrace.schema.event.CursorValue;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Sets a cursor. */
@Command(
    name = "set",
    header = "Sets a cursor: the stream's next start goes on after it.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class CursorsSet implements Callable<Integer> {
  @Mixin private CursorName name;

  @Parameters(
      index = "2",
      paramLabel = "CURSOR",
      description = {
        "A sequence number, 0 or above; of repos, the relay's own text; of identities, a number or a",
        "time such as 2024-01-01T00:00:00Z."
      })
  private String cursor;

  @Mixin private MeantCluster cluster;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    if (name.stream() == CursorKey.Stream.WINDOW) {
      throw new ParameterException(
          spec.commandLine(),
          "STREAM: a window is read by 'millrace backfill'; see its --start-cursor");
    }
    if (name.stream() == CursorKey.Stream.GAP || name.stream() == CursorKey.Stream.SPOT) {
      String word = name.stream().word();
      throw new ParameterException(
          spec.commandLine(),
          "STREAM: a %s is noted by the producer; allowed: reset %s".formatted(word, word));
    }
    CursorKey key = name.key();
    boolean isNumber = cursor.matches("[0-9]{1,18}");
    boolean mayBeTime = key.stream() == CursorKey.Stream.IDENTITIES;
    if (mayBeTime && !isNumber && !Datetime.isValid(cursor)) {
      throw new ParameterException(
          spec.commandLine(),
          "CURSOR: '%s' is neither a number nor a time; allowed: 0 and above, or such as 2024-01-01T00:00:00Z"
              .formatted(cursor));
    }
    if (key.stream() != CursorKey.Stream.REPOS && !mayBeTime && !isNumber) {
      throw new ParameterException(
          spec.commandLine(),
          "CURSOR: '%s' is not a sequence number; allowed: 0 and above".formatted(cursor));
    }
    cluster.open(
        kafka ->
            new CursorStore(kafka)
                .set(
                    key,
                    CursorValue.at(cursor, null, Instant.now().toString()),
                    new SimpleMeterRegistry()));
    spec.commandLine().getOut().println(key + " is set to " + cursor);
    return ExitCode.OK;
  }
}
