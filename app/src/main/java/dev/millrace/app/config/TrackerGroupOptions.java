package dev.millrace.app.config;

import picocli.CommandLine.Option;

/** The tracker's group. */
public final class TrackerGroupOptions {
  @Env("TRACKER_CONSUMER_GROUP")
  @Option(
      names = "--tracker-group",
      paramLabel = "GROUP",
      converter = NonBlank.class,
      defaultValue = "prod_tracker",
      description = {
        "The tracker's application id, which is its consumer group. Default: ${DEFAULT-VALUE}."
      })
  private String group;

  public String group() {
    return group;
  }
}
