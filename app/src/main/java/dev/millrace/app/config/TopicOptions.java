package dev.millrace.app.config;

import dev.millrace.schema.topic.Topic;
import picocli.CommandLine.Option;

/** How topics are cut where they are missing. */
public final class TopicOptions {
  @Env("MILLRACE_PARTITIONS")
  @Limits(min = 1, max = 4096)
  @Option(
      names = "--partitions",
      paramLabel = "N",
      defaultValue = "" + Topic.DEFAULT_PARTITIONS,
      description =
          "Partitions of every topic, fixed when they are created. Default: ${DEFAULT-VALUE}.")
  private int partitions;

  @Env("MILLRACE_REPLICATION")
  @Limits(min = 1, max = 16)
  @Option(
      names = "--replication",
      paramLabel = "N",
      defaultValue = "1",
      description = "Replicas of every topic that is created. Default: ${DEFAULT-VALUE}.")
  private int replication;

  public int partitions() {
    return partitions;
  }

  public int replication() {
    return replication;
  }
}
