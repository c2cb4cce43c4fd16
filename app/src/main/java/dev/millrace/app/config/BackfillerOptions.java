package dev.millrace.app.config;

import dev.millrace.atproto.rate.RequestRate;
import dev.millrace.topology.backfiller.fetch.HostPolicy;
import picocli.CommandLine.Option;

/** The backfiller: how many repos at once, and between which topics. */
public final class BackfillerOptions {
  @Env("BACKFILLER_CONCURRENCY")
  @Limits(min = 1, max = 1_000)
  @Option(
      names = "--backfiller-concurrency",
      paramLabel = "N",
      defaultValue = "10",
      description = "Repos that are fetched at once by this process. Default: ${DEFAULT-VALUE}.")
  private int concurrency;

  @Env("BACKFILLER_HOST_CONCURRENCY")
  @Limits(min = 1, max = 1_000)
  @Option(
      names = "--host-concurrency",
      paramLabel = "N",
      defaultValue = "5",
      description =
          "Listed repos that are fetched at once from one host. Default: ${DEFAULT-VALUE}.")
  private int hostConcurrency;

  @Env("BACKFILLER_HOST_RATE")
  @Option(
      names = "--host-rate",
      paramLabel = "N/TIME",
      converter = RequestRateConverter.class,
      defaultValue = "6000/300s",
      description = {
        "Fetches from one host in a time, by all instances together; each takes the share of it",
        "that it has of the partitions. The default is what the network's PDSes allow.",
        "Default: ${DEFAULT-VALUE}."
      })
  private RequestRate hostRate;

  @Env("BACKFILLER_BATCH_SIZE")
  @Limits(min = 1, max = 100_000)
  @Option(
      names = "--backfiller-batch-size",
      paramLabel = "N",
      defaultValue = "50",
      description = {
        "Listed repos of one partition that are in hand at once (next in turn, fetched or emitted);",
        "the others stay in the topic, where they show as the group's lag. What waits for a busy or",
        "slow host is not in hand: up to 10,000 of those are taken, so that other hosts go on.",
        "Default: ${DEFAULT-VALUE}."
      })
  private int batchSize;

  @Env("BACKFILLER_INPUT_STREAM")
  @Option(
      names = "--backfiller-input",
      paramLabel = "TOPIC",
      converter = TopicName.class,
      defaultValue = "repo_backfill",
      description = {
        "The topic of listed repos. 'ingest repos' writes the usual one; another is for listings of",
        "your own. Default: ${DEFAULT-VALUE}."
      })
  private String input;

  @Env("BACKFILLER_OUTPUT_STREAM")
  @Option(
      names = "--backfiller-output",
      paramLabel = "TOPIC",
      converter = TopicName.class,
      defaultValue = "firehose_backfill",
      description = {
        "The topic of their records. 'indexer' reads the usual one; another is for readers of your",
        "own, whose group is then to be named by --indexer-group. Default: ${DEFAULT-VALUE}."
      })
  private String output;

  @Env("BACKFILLER_CONSUMER_NAME")
  @Option(
      names = "--backfiller-name",
      paramLabel = "NAME",
      defaultValue = "backfiller-0",
      description = "This instance's name in the group. Default: ${DEFAULT-VALUE}.")
  private String name;

  @Env("BACKFILLER_OUTPUT_HIGH_WATER_MARK")
  @Limits(min = 1, max = 1_000_000_000_000L)
  @Option(
      names = "--backfiller-high-water-mark",
      paramLabel = "N",
      defaultValue = "1000000",
      description = {
        "No new repo is fetched while the indexers have more events than this left to read in the",
        "output topic; it goes on below four fifths of it. Default: ${DEFAULT-VALUE}."
      })
  private long highWaterMark;

  public int concurrency() {
    return concurrency;
  }

  /** How hosts are treated. */
  public HostPolicy hosts() {
    return HostPolicy.DEFAULT.with(hostConcurrency, hostRate);
  }

  public int batchSize() {
    return batchSize;
  }

  public String input() {
    return input;
  }

  public String output() {
    return output;
  }

  public String name() {
    return name;
  }

  public long highWaterMark() {
    return highWaterMark;
  }
}
