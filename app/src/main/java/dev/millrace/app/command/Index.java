package dev.millrace.app.command;

import dev.millrace.app.config.BackfillerGroupOptions;
import dev.millrace.app.config.DatabaseOptions;
import dev.millrace.app.config.IndexerGroupOptions;
import dev.millrace.app.config.IndexerOptions;
import dev.millrace.app.config.KafkaOptions;
import dev.millrace.app.config.TopicOptions;
import dev.millrace.app.config.TrackerGroupOptions;
import dev.millrace.app.config.TrimmingOptions;
import dev.millrace.schema.database.Migrations;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The indexer. */
@Command(
    name = "indexer",
    header = "Writes the topics to Postgres.",
    description = {
      "",
      "Rows and positions are written in one transaction. Several processes with one group share",
      "the partitions. The schema must be there: 'millrace migrate' makes it. One of them also deletes",
      "from the topics what every reader has read and what is older than the replay window.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  millrace indexer --database-url postgresql://millrace:secret@db:5432/bsky",
      "  INDEXER_MODE=labels INDEXER_GROUP=label_group millrace indexer"
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class Index implements Callable<Integer> {
  @Mixin private IndexerOptions options;
  @Mixin private IndexerGroupOptions group;
  @Mixin private BackfillerGroupOptions backfiller;
  @Mixin private TrackerGroupOptions tracker;
  @Mixin private TrimmingOptions trimming;
  @Mixin private DatabaseOptions database;
  @Mixin private KafkaOptions kafka;
  @Mixin private TopicOptions topics;

  @Override
  public Integer call() throws Exception {
    Migrations.requireCurrent(database.database());
    return SeparateParts.run(
        kafka,
        topics,
        null,
        pipeline -> {
          pipeline.startIndexer(options, group.group(), database.database());
          pipeline.startTrimmer(trimming, backfiller.group(), tracker.group(), database.database());
        });
  }
}
