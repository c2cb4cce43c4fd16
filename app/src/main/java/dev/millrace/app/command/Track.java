package dev.millrace.app.command;

import dev.millrace.app.config.CollectionOptions;
import dev.millrace.app.config.DataOptions;
import dev.millrace.app.config.Env;
import dev.millrace.app.config.HandleOptions;
import dev.millrace.app.config.KafkaOptions;
import dev.millrace.app.config.NetworkOptions;
import dev.millrace.app.config.TopicName;
import dev.millrace.app.config.TopicOptions;
import dev.millrace.app.config.TrackerGroupOptions;
import dev.millrace.app.config.TrackerOptions;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The tracker. */
@Command(
    name = "tracker",
    header =
        "Watches every repo: asks for a fetch where something was missed, resolves identities.",
    description = {
      "",
      "A Kafka Streams application over firehose_live and the backfiller's output: several",
      "processes with one group share the work. It writes repo_requests (a gap, a reset, an",
      "account active again, a status or a deletion to be confirmed) and identities (handles that",
      "were checked both ways).",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  millrace tracker --bootstrap-servers kafka:9092 --data /var/lib/millrace",
      "  millrace tracker --plc http://localhost:2582 --handle-resolver http://localhost:2583 \\",
      "    --allow-private-hosts"
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class Track implements Callable<Integer> {
  @Mixin private TrackerOptions options;
  @Mixin private TrackerGroupOptions group;

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
  private String backfill;

  @Mixin private CollectionOptions collections;
  @Mixin private DataOptions data;
  @Mixin private NetworkOptions network;
  @Mixin private HandleOptions handles;
  @Mixin private KafkaOptions kafka;
  @Mixin private TopicOptions topics;

  @Override
  public Integer call() throws Exception {
    return SeparateParts.run(
        kafka,
        topics,
        network,
        pipeline ->
            pipeline.startTracker(
                options, group.group(), backfill, collections.collections(), handles, data));
  }
}
