package dev.millrace.app.config;

import picocli.CommandLine.Option;

/** The tracker. */
public final class TrackerOptions {
  @Env("TRACKER_CONSUMER_NAME")
  @Option(
      names = "--tracker-name",
      paramLabel = "NAME",
      converter = NonBlank.class,
      defaultValue = "tracker-0",
      description = "This instance's name in the group. Default: ${DEFAULT-VALUE}.")
  private String name;

  @Env("TRACKER_CONCURRENCY")
  @Limits(min = 1, max = 1_000)
  @Option(
      names = "--tracker-concurrency",
      paramLabel = "N",
      defaultValue = "32",
      description = {
        "Identities (DID documents and handles) that are looked up at once by this process.",
        "Default: ${DEFAULT-VALUE}."
      })
  private int concurrency;

  public String name() {
    return name;
  }

  public int concurrency() {
    return concurrency;
  }
}
