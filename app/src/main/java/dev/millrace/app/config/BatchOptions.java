package dev.millrace.app.config;

import java.time.Duration;
import picocli.CommandLine.Option;

/** How the streams' messages are cut into Kafka transactions. */
public final class BatchOptions {
  @Env("INGESTER_BATCH_SIZE")
  @Limits(min = 1, max = 100_000)
  @Option(
      names = "--ingester-batch-size",
      paramLabel = "N",
      defaultValue = "500",
      description = "The most messages in one Kafka transaction. Default: ${DEFAULT-VALUE}.")
  private int size;

  @Env("INGESTER_BATCH_TIMEOUT_MS")
  @Limits(min = 1, max = 60_000)
  @Option(
      names = "--ingester-batch-timeout-ms",
      paramLabel = "MS",
      defaultValue = "1000",
      description = {
        "A batch waits no longer than this for more messages; once the stream is live, for 50 at",
        "most, so that events are in Kafka within 100. Default: ${DEFAULT-VALUE}."
      })
  private long timeoutMs;

  public int size() {
    return size;
  }

  public Duration timeout() {
    return Duration.ofMillis(timeoutMs);
  }
}
