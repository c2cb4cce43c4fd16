package dev.millrace.app.command;

import dev.millrace.app.config.BackfillerGroupOptions;
import dev.millrace.app.config.BatchOptions;
import dev.millrace.app.config.CollectionOptions;
import dev.millrace.app.config.DatabaseOptions;
import dev.millrace.app.config.DidOptions;
import dev.millrace.app.config.FirstCursorOptions;
import dev.millrace.app.config.KafkaOptions;
import dev.millrace.app.config.LabelerOptions;
import dev.millrace.app.config.ListingOptions;
import dev.millrace.app.config.ListingSource;
import dev.millrace.app.config.ModeOptions;
import dev.millrace.app.config.NetworkOptions;
import dev.millrace.app.config.RelayOptions;
import dev.millrace.app.config.TopicOptions;
import dev.millrace.connectors.ingest.IngestScope;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The producers: each kind alone, or those of a mode together. */
@Command(
    name = "ingest",
    header = "Runs producers: network to Kafka.",
    description = {
      "",
      "With firehose, labels, repos or identities, that kind alone; without, those of --mode in one",
      "process.",
      ""
    },
    commandListHeading = "%nKinds:%n",
    footer = {
      "",
      "Examples:",
      "  millrace ingest firehose --relay bsky.network",
      "  INGESTER_MODE=backfill millrace ingest"
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    subcommands = {
      IngestFirehose.class,
      IngestLabels.class,
      IngestRepos.class,
      IngestIdentities.class
    })
final class Ingest implements Callable<Integer> {
  @Mixin private ModeOptions mode;
  @Mixin private RelayOptions relays;
  @Mixin private FirstCursorOptions first;
  @Mixin private LabelerOptions labelers;
  @Mixin private DidOptions dids;
  @Mixin private CollectionOptions collections;
  @Mixin private BatchOptions batches;
  @Mixin private ListingOptions listing;
  @Mixin private BackfillerGroupOptions backfiller;
  @Mixin private DatabaseOptions database;
  @Mixin private NetworkOptions network;
  @Mixin private KafkaOptions kafka;
  @Mixin private TopicOptions topics;

  @Override
  public Integer call() throws Exception {
    IngestScope scope = new IngestScope(dids.dids(), collections.collections());
    ListingSource _ = listing.source();
    return SeparateParts.run(
        kafka,
        topics,
        network,
        pipeline -> {
          if (mode.mode().backfill()) {
            pipeline.startListing(
                relays.relays(), listing, backfiller.group(), scope, database.named());
          }
          if (mode.mode().labels()) {
            pipeline.startLabels(labelers.labelers(), batches);
          }
          if (mode.mode().firehose()) {
            pipeline.startFirehose(
                relays.relays(), first.firstCursor(relays.relays()), batches, scope);
          }
        });
  }
}
