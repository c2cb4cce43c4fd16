package dev.millrace.app.config;

import picocli.CommandLine.Option;

/** The backfiller's group: its own, and what the listing measures its backlog by. */
public final class BackfillerGroupOptions {
  @Env("BACKFILLER_CONSUMER_GROUP")
  @Option(
      names = "--backfiller-group",
      paramLabel = "GROUP",
      converter = NonBlank.class,
      defaultValue = "prod_backfiller",
      description = {
        "The backfiller's application id, which is its consumer group. Default: ${DEFAULT-VALUE}."
      })
  private String group;

  public String group() {
    return group;
  }
}
