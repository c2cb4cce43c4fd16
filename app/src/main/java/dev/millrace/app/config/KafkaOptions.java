package dev.millrace.app.config;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which brokers. */
public final class KafkaOptions {
  private static final String USUAL = "127.0.0.1:9092";

  @Env("KAFKA_BOOTSTRAP_SERVERS")
  @Option(
      names = "--bootstrap-servers",
      paramLabel = "HOST:PORT,…",
      converter = BootstrapServers.class,
      description = {
        "Kafka's brokers.",
        "Default: an embedded broker where the command has one (demo, run), else 127.0.0.1:9092."
      })
  private @Nullable String bootstrapServers;

  /** The brokers that were named, or null. */
  public @Nullable String named() {
    return bootstrapServers;
  }

  /** The brokers that were named, or the usual ones on this machine. */
  public String bootstrapServers() {
    return bootstrapServers == null ? USUAL : bootstrapServers;
  }
}
