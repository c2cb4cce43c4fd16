package dev.millrace.app.command;

import dev.millrace.app.config.BootstrapServers;
import dev.millrace.app.config.Env;
import dev.millrace.connectors.kafka.KafkaConnection;
import dev.millrace.embedded.EmbeddedKafka;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The cluster that a command is about. */
final class MeantCluster {
  private static final String USUAL = "127.0.0.1:9092";

  @Env("KAFKA_BOOTSTRAP_SERVERS")
  @Option(
      names = "--bootstrap-servers",
      paramLabel = "HOST:PORT,…",
      converter = BootstrapServers.class,
      description = "Kafka's brokers. Default: " + USUAL + ".")
  private @Nullable String bootstrapServers;

  @Env("MILLRACE_DATA")
  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = {
        "The data directory of 'run' or 'demo', which must not be running: its embedded broker is",
        "started for this command. While it runs, name its broker instead."
      })
  private @Nullable Path data;

  /** Works with the cluster. */
  @FunctionalInterface
  interface Work {
    void with(KafkaConnection kafka) throws Exception;
  }

  void open(Work work) throws Exception {
    if (data == null || bootstrapServers != null) {
      work.with(new KafkaConnection(bootstrapServers == null ? USUAL : bootstrapServers));
      return;
    }
    try (EmbeddedKafka kafka =
        EmbeddedKafka.start(data.toAbsolutePath().normalize().resolve("kafka"), 0)) {
      work.with(new KafkaConnection(kafka.bootstrapServers()));
    }
  }
}
