package dev.millrace.app.command;

import dev.millrace.app.config.BackfillerGroupOptions;
import dev.millrace.app.config.CollectionOptions;
import dev.millrace.app.config.DatabaseOptions;
import dev.millrace.app.config.DidOptions;
import dev.millrace.app.config.KafkaOptions;
import dev.millrace.app.config.ListingOptions;
import dev.millrace.app.config.ListingSource;
import dev.millrace.app.config.NetworkOptions;
import dev.millrace.app.config.RelayOptions;
import dev.millrace.app.config.TopicOptions;
import dev.millrace.connectors.ingest.IngestScope;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The repo listers. */
@Command(
    name = "repos",
    header = "Lists relays' repos (listRepos) into the topic repo_backfill.",
    description = {
      "",
      "With --did, asks for those repos on repo_requests instead, once for each choice of DIDs and",
      "collections. At the end of a list it looks again every 5 minutes (--listing-again). What a",
      "host does not give out is stepped over, shown by 'cursors list' as spot, and tried again.",
      "With --database-url, repos that Postgres holds at their listed rev are left out.",
      "Logs 'Processed X repos, cursor: Y' every 10,000 repos.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  millrace ingest repos --relay bsky.network --high-water-mark 100000",
      "  millrace ingest repos --listing-source hosts --listing-concurrency 64",
      "  millrace ingest repos --listing-source collection \\",
      "    --listing-collection app.bsky.actor.profile",
      "  millrace ingest repos --did did:plc:ewvi7nxzyoun6zhxrhs64oiz"
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class IngestRepos implements Callable<Integer> {
  @Mixin private RelayOptions relays;
  @Mixin private DidOptions dids;
  @Mixin private CollectionOptions collections;
  @Mixin private ListingOptions listing;
  @Mixin private BackfillerGroupOptions backfiller;
  @Mixin private DatabaseOptions database;
  @Mixin private NetworkOptions network;
  @Mixin private KafkaOptions kafka;
  @Mixin private TopicOptions topics;

  @Override
  public Integer call() throws Exception {
    ListingSource _ = listing.source();
    return SeparateParts.run(
        kafka,
        topics,
        network,
        pipeline ->
            pipeline.startListing(
                relays.relays(),
                listing,
                backfiller.group(),
                new IngestScope(dids.dids(), collections.collections()),
                database.named()));
  }
}
