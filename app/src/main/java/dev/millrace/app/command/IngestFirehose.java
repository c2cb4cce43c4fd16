package dev.millrace.app.command;

import dev.millrace.app.config.BatchOptions;
import dev.millrace.app.config.CollectionOptions;
import dev.millrace.app.config.DidOptions;
import dev.millrace.app.config.FirstCursorOptions;
import dev.millrace.app.config.KafkaOptions;
import dev.millrace.app.config.NetworkOptions;
import dev.millrace.app.config.RelayOptions;
import dev.millrace.app.config.TopicOptions;
import dev.millrace.connectors.ingest.IngestScope;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The firehose producers. */
@Command(
    name = "firehose",
    header = "Follows relays' firehoses (subscribeRepos) into the topic firehose_live.",
    description = {
      "",
      "Every frame is checked (hashes, tree inversion, signature). The cursor is written in the",
      "same Kafka transaction as the events. One process a relay at a time: a second one fences",
      "the first, which exits.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  millrace ingest firehose --relay bsky.network --bootstrap-servers kafka:9092",
      "  millrace ingest firehose --relay relay1.us-east.bsky.network --cursor 0"
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class IngestFirehose implements Callable<Integer> {
  @Mixin private RelayOptions relays;
  @Mixin private FirstCursorOptions first;
  @Mixin private DidOptions dids;
  @Mixin private CollectionOptions collections;
  @Mixin private BatchOptions batches;
  @Mixin private NetworkOptions network;
  @Mixin private KafkaOptions kafka;
  @Mixin private TopicOptions topics;

  @Override
  public Integer call() throws Exception {
    return SeparateParts.run(
        kafka,
        topics,
        network,
        pipeline ->
            pipeline.startFirehose(
                relays.relays(),
                first.firstCursor(relays.relays()),
                batches,
                new IngestScope(dids.dids(), collections.collections())));
  }
}
