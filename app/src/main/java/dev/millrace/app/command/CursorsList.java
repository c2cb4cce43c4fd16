package dev.millrace.app.command;

import dev.millrace.connectors.kafka.CursorStore;
import dev.millrace.schema.event.CursorKey;
import dev.millrace.schema.event.CursorValue;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Every cursor, a line each. */
@Command(
    name = "list",
    header = "Lists every cursor: stream, host, cursor, event time, done, when it was written.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class CursorsList implements Callable<Integer> {
  private static final String ROW = "%-9s %-32s %-24s %-26s %-5s %s%n";

  @Mixin private MeantCluster cluster;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    cluster.open(
        kafka -> {
          CursorStore cursors = new CursorStore(kafka);
          out.printf(ROW, "STREAM", "HOST", "CURSOR", "EVENT TIME", "DONE", "UPDATED");
          for (Map.Entry<CursorKey, CursorValue> entry : cursors.list().entrySet()) {
            CursorKey key = entry.getKey();
            CursorValue value = entry.getValue();
            String cursor =
                value.from() == null
                    ? or(value.cursor(), "-")
                    : value.from() + " to " + or(value.cursor(), "-");
            out.printf(
                ROW,
                key.stream().word(),
                key.host(),
                cursor,
                or(value.eventTime(), "-"),
                value.done() ? "yes" : "no",
                value.updatedAt());
          }
          out.flush();
        });
    return ExitCode.OK;
  }

  private static String or(@Nullable String value, String otherwise) {
    return value == null ? otherwise : value;
  }
}
