package dev.millrace.app.config;

import picocli.CommandLine.Option;

/** Which producers run. */
public final class ModeOptions {
  @Env("INGESTER_MODE")
  @Option(
      names = "--mode",
      paramLabel = "MODE",
      defaultValue = "all",
      description = {
        "Which producers run: all, firehose, labels, or backfill (the repo list, or --did).",
        "Default: ${DEFAULT-VALUE}."
      })
  private IngesterMode mode;

  public IngesterMode mode() {
    return mode;
  }
}
