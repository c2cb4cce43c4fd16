package dev.millrace.app.config;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a first start begins. */
public final class FirstCursorOptions {
  @Env("MILLRACE_FIRST_CURSOR")
  @Limits(min = 0, max = Long.MAX_VALUE)
  @Option(
      names = "--cursor",
      paramLabel = "SEQ",
      description = {
        "Where a relay that was never followed before is started; 0 for the oldest that it has.",
        "Later starts go on from the committed cursor. Default: where the relay is now."
      })
  private @Nullable Long firstCursor;

  public @Nullable Long firstCursor() {
    return firstCursor;
  }
}
