package dev.millrace.app.command;

import dev.millrace.app.config.KafkaOptions;
import dev.millrace.app.config.NetworkOptions;
import dev.millrace.app.config.TopicOptions;
import dev.millrace.app.run.Cluster;
import dev.millrace.app.run.Pipeline;
import dev.millrace.app.run.Progress;
import dev.millrace.app.run.StopSignal;
import dev.millrace.app.run.Watch;
import dev.millrace.connectors.kafka.KafkaConnection;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.ExitCode;

/** Runs one part, or some, as a process of its own, until it is stopped. Logs to the console. */
final class SeparateParts {
  private static final Logger log = LoggerFactory.getLogger(SeparateParts.class);
  private static final Duration STATUS_EVERY = Duration.ofSeconds(30);

  /** Starts the parts. */
  @FunctionalInterface
  interface Starter {
    void start(Pipeline pipeline) throws Exception;
  }

  private SeparateParts() {}

  static int run(
      KafkaOptions kafka, TopicOptions topics, @Nullable NetworkOptions network, Starter starter)
      throws Exception {
    MeterRegistry meters = new SimpleMeterRegistry();
    KafkaConnection cluster = new KafkaConnection(kafka.bootstrapServers());
    try (StopSignal stop = new StopSignal()) {
      Cluster.prepare(cluster, topics);
      try (Pipeline pipeline = new Pipeline(cluster, network, meters)) {
        starter.start(pipeline);
        new Watch(pipeline.parts(), stop)
            .untilStopped(
                STATUS_EVERY,
                () ->
                    log.info(
                        "{}; not ready: {}", Progress.of(meters), pipeline.parts().notReady()));
      }
    }
    return ExitCode.OK;
  }
}
