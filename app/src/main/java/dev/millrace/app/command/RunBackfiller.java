package dev.millrace.app.command;

import dev.millrace.app.config.BackfillerGroupOptions;
import dev.millrace.app.config.BackfillerOptions;
import dev.millrace.app.config.CollectionOptions;
import dev.millrace.app.config.DataOptions;
import dev.millrace.app.config.IndexerGroupOptions;
import dev.millrace.app.config.KafkaOptions;
import dev.millrace.app.config.NetworkOptions;
import dev.millrace.app.config.TopicOptions;
import dev.millrace.app.run.Cluster;
import dev.millrace.connectors.kafka.KafkaConnection;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The backfiller. */
@Command(
    name = "backfiller",
    header = "Fetches and expands repos: repo_backfill and repo_requests to firehose_backfill.",
    description = {
      "",
      "A Kafka Streams application: several processes with one group share the work. Each repo is",
      "verified whole (signature, every hash, the tree) before one of its records goes out.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  millrace backfiller --bootstrap-servers kafka:9092 --data /var/lib/millrace",
      "  BACKFILLER_CONCURRENCY=50 millrace backfiller --collections app.bsky.feed.post"
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class RunBackfiller implements Callable<Integer> {
  @Mixin private BackfillerOptions options;
  @Mixin private BackfillerGroupOptions group;
  @Mixin private IndexerGroupOptions indexer;
  @Mixin private CollectionOptions collections;
  @Mixin private DataOptions data;
  @Mixin private NetworkOptions network;
  @Mixin private KafkaOptions kafka;
  @Mixin private TopicOptions topics;

  @Override
  public Integer call() throws Exception {
    return SeparateParts.run(
        kafka,
        topics,
        network,
        pipeline -> {
          Cluster.prepare(new KafkaConnection(kafka.bootstrapServers()), topics, options);
          pipeline.startBackfiller(
              options, group.group(), indexer.group(), collections.collections(), data);
        });
  }
}
