package dev.millrace.app.config;

import dev.millrace.schema.topic.Topic;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which brokers, and how the topics are cut where they are missing. */
public final class KafkaOptions {
  @Env("KAFKA_BOOTSTRAP_SERVERS")
  @Option(
      names = "--bootstrap-servers",
      paramLabel = "HOST:PORT,…",
      description = {
        "Kafka's brokers.",
        "Default: an embedded broker where the command has one (demo, run), else 127.0.0.1:9092."
      })
  private @Nullable String bootstrapServers;

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

  private static final String USUAL = "127.0.0.1:9092";

  /** The brokers that were named, or null. */
  public @Nullable String named() {
    return bootstrapServers;
  }

  /** The brokers that were named, or the usual ones on this machine. */
  public String bootstrapServers() {
    return bootstrapServers == null ? USUAL : bootstrapServers;
  }

  public int partitions() {
    return partitions;
  }

  public int replication() {
    return replication;
  }
}
