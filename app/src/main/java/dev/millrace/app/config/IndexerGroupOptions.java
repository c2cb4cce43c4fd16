package dev.millrace.app.config;

import picocli.CommandLine.Option;

/** The indexer's group: its own, and what the backfiller measures the indexer's lag by. */
public final class IndexerGroupOptions {
  @Env("INDEXER_GROUP")
  @Option(
      names = "--indexer-group",
      paramLabel = "GROUP",
      converter = NonBlank.class,
      defaultValue = "firehose_group",
      description = "The indexer's consumer group. Default: ${DEFAULT-VALUE}.")
  private String group;

  public String group() {
    return group;
  }
}
