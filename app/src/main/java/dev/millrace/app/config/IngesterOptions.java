package dev.millrace.app.config;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The producers: which hosts, from where, how much at once. */
public final class IngesterOptions {
  @Env("INGESTER_RELAY_HOSTS")
  @Option(
      names = "--relay",
      split = ",",
      paramLabel = "HOST",
      defaultValue = "bsky.network",
      description = {
        "Relays (or single PDSes) to follow and to list repos from: a host name, or a URL with",
        "https, wss, http or ws (several, or separated by commas). Default: ${DEFAULT-VALUE}."
      })
  private List<String> relays;

  @Env("INGESTER_LABELER_HOSTS")
  @Option(
      names = "--labeler",
      split = ",",
      paramLabel = "HOST",
      defaultValue = "mod.bsky.app",
      description = {
        "Labelers to follow, as --relay (several, or separated by commas); 'none' for none.",
        "Default: ${DEFAULT-VALUE}."
      })
  private List<String> labelers;

  @Env("INGESTER_MODE")
  @Option(
      names = "--mode",
      paramLabel = "MODE",
      defaultValue = "all",
      description = {
        "Which producers run: all, firehose, labels, or backfill (the repo list).",
        "Default: ${DEFAULT-VALUE}."
      })
  private IngesterMode mode;

  @Env("INGESTER_HIGH_WATER_MARK")
  @Limits(min = 1, max = 1_000_000_000_000L)
  @Option(
      names = "--high-water-mark",
      paramLabel = "N",
      defaultValue = "1000000",
      description = {
        "Listing waits while more repos than this are listed and not fetched; it goes on below",
        "four fifths of it. Live events never wait. Default: ${DEFAULT-VALUE}."
      })
  private long highWaterMark;

  @Env("INGESTER_BATCH_SIZE")
  @Limits(min = 1, max = 100_000)
  @Option(
      names = "--ingester-batch-size",
      paramLabel = "N",
      defaultValue = "500",
      description = "The most messages in one Kafka transaction. Default: ${DEFAULT-VALUE}.")
  private int batchSize;

  @Env("INGESTER_BATCH_TIMEOUT_MS")
  @Limits(min = 1, max = 60_000)
  @Option(
      names = "--ingester-batch-timeout-ms",
      paramLabel = "MS",
      defaultValue = "1000",
      description = {
        "A transaction is not kept open for more messages longer than this; for live events",
        "never longer than 100. Default: ${DEFAULT-VALUE}."
      })
  private long batchTimeoutMs;

  @Env("MILLRACE_FIRST_CURSOR")
  @Limits(min = 0, max = Long.MAX_VALUE)
  @Option(
      names = "--cursor",
      paramLabel = "SEQ",
      description = {
        "Where a relay that was never followed before is started; 0 for the oldest that it has.",
        "Default: where the relay is now."
      })
  private @Nullable Long firstCursor;

  public List<String> relays() {
    return hosts(relays);
  }

  public List<String> labelers() {
    return hosts(labelers);
  }

  public IngesterMode mode() {
    return mode;
  }

  public long highWaterMark() {
    return highWaterMark;
  }

  public int batchSize() {
    return batchSize;
  }

  public Duration batchTimeout() {
    return Duration.ofMillis(batchTimeoutMs);
  }

  public @Nullable Long firstCursor() {
    return firstCursor;
  }

  private static List<String> hosts(List<String> given) {
    return given.stream()
        .map(String::strip)
        .filter(host -> !host.isEmpty() && !host.equalsIgnoreCase("none"))
        .distinct()
        .toList();
  }
}
