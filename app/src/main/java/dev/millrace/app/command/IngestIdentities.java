package dev.millrace.app.command;

import dev.millrace.app.config.IdentityOptions;
import dev.millrace.app.config.KafkaOptions;
import dev.millrace.app.config.NetworkOptions;
import dev.millrace.app.config.TopicOptions;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The mirror of the PLC directory. */
@Command(
    name = "identities",
    header = "Mirrors the PLC directory (its export) into the topic plc_identities.",
    description = {
      "",
      "For a backfill of the whole network: the backfiller and the tracker then find where a repo",
      "is, and whose handle, without asking the directory. What the mirror does not know, or knows",
      "no better, they ask as before. The cursor is written with the data; at the end it looks again",
      "every minute (--identities-again). To begin at the beginning: 'cursors reset identities HOST'.",
      "Logs 'Processed X operations, cursor: Y' every 100,000 operations.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  millrace ingest identities --bootstrap-servers kafka:9092",
      "  millrace ingest identities --plc http://localhost:2582 --identities-rate 100/1s"
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class IngestIdentities implements Callable<Integer> {
  @Mixin private IdentityOptions identities;
  @Mixin private NetworkOptions network;
  @Mixin private KafkaOptions kafka;
  @Mixin private TopicOptions topics;

  @Override
  public Integer call() throws Exception {
    return SeparateParts.run(
        kafka, topics, network, pipeline -> pipeline.startIdentities(identities));
  }
}
