package dev.millrace.app.command;

import dev.millrace.app.config.BatchOptions;
import dev.millrace.app.config.KafkaOptions;
import dev.millrace.app.config.LabelerOptions;
import dev.millrace.app.config.NetworkOptions;
import dev.millrace.app.config.TopicOptions;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The label producers. */
@Command(
    name = "labels",
    header = "Follows labelers (subscribeLabels) into the topic label_live.",
    description = {
      "",
      "From the labeler's first label on. A label is taken only if the DID document of its source",
      "names this labeler and its signature is the source's.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  millrace ingest labels --labeler mod.bsky.app --bootstrap-servers kafka:9092",
      "  millrace ingest labels --labeler did:plc:ar7c4by46qjdydhdevvrndac"
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class IngestLabels implements Callable<Integer> {
  @Mixin private LabelerOptions labelers;
  @Mixin private BatchOptions batches;
  @Mixin private NetworkOptions network;
  @Mixin private KafkaOptions kafka;
  @Mixin private TopicOptions topics;

  @Override
  public Integer call() throws Exception {
    return SeparateParts.run(
        kafka, topics, network, pipeline -> pipeline.startLabels(labelers.labelers(), batches));
  }
}
