package dev.millrace.app.config;

import dev.millrace.connectors.ingest.ServiceHost;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where a first start begins. */
public final class FirstCursorOptions {
  @Env("MILLRACE_FIRST_CURSOR")
  @Limits(min = 0, max = Long.MAX_VALUE)
  @Option(
      names = "--cursor",
      paramLabel = "SEQ",
      description = {
        "Where a relay that was never followed before is started; 0 for the oldest that it has.",
        "Another number needs a single --relay: each counts its own. Later starts go on from the",
        "committed cursor. Default: where the relay is now."
      })
  private @Nullable Long firstCursor;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  /**
   * Of these relays.
   *
   * @throws ParameterException if one relay's number is given for several
   */
  public @Nullable Long firstCursor(List<ServiceHost> relays) {
    if (firstCursor != null && firstCursor > 0 && relays.size() > 1) {
      throw new ParameterException(
          spec.commandLine(),
          "--cursor (MILLRACE_FIRST_CURSOR): %d means nothing to %d relays at once; allowed: 0, or one --relay"
              .formatted(firstCursor, relays.size()));
    }
    return firstCursor;
  }
}
