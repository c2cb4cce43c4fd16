package dev.millrace.app.config;

import dev.millrace.connectors.sink.SinkOptions;
import dev.millrace.connectors.sink.collection.NotificationAge;
import dev.millrace.schema.topic.Topic;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The indexer: what it reads, and how much at once. */
public final class IndexerOptions {
  private static final Set<Topic> READABLE =
      EnumSet.of(Topic.FIREHOSE_LIVE, Topic.FIREHOSE_BACKFILL, Topic.LABEL_LIVE, Topic.IDENTITIES);

  @Env("INDEXER_STREAMS")
  @Option(
      names = "--indexer-streams",
      split = ",",
      paramLabel = "TOPIC",
      converter = StreamConverter.class,
      defaultValue = "firehose_live,firehose_backfill,label_live,identities",
      description = "The topics that are read. Default: ${DEFAULT-VALUE}.")
  private List<Topic> streams;

  @Env("INDEXER_MODE")
  @Option(
      names = "--indexer-mode",
      paramLabel = "MODE",
      defaultValue = "all",
      description = {
        "Narrows the topics to firehose (live, backfill, identities) or labels, or leaves all of them.",
        "Indexers with different modes need different groups. Default: ${DEFAULT-VALUE}."
      })
  private IndexerMode mode;

  @Env("INDEXER_CONSUMER")
  @Option(
      names = "--indexer-name",
      paramLabel = "NAME",
      defaultValue = "indexer-0",
      description = "This instance's name in the group. Default: ${DEFAULT-VALUE}.")
  private String name;

  @Env("INDEXER_CONCURRENCY")
  @Limits(min = 1, max = 256)
  @Option(
      names = "--indexer-concurrency",
      paramLabel = "N",
      defaultValue = "20",
      description = {
        "The most batches that are written at once, each on a connection of its own; never more",
        "than there are partitions. Default: ${DEFAULT-VALUE}."
      })
  private int concurrency;

  @Env("INDEXER_BATCH_SIZE")
  @Limits(min = 1, max = 100_000)
  @Option(
      names = "--indexer-batch-size",
      paramLabel = "N",
      defaultValue = "" + SinkOptions.DEFAULT_BATCH_SIZE,
      description = {
        "The most events in one Postgres transaction. Larger ones cost the database less an event.",
        "Default: ${DEFAULT-VALUE} (50 in the system before)."
      })
  private int batchSize;

  @Env("INDEXER_UNKNOWN_COLLECTIONS")
  @Option(
      names = "--unknown-collections",
      paramLabel = "WHAT",
      defaultValue = "store",
      description = {
        "Records of collections that the AppView does not know: store keeps them in table record,",
        "skip leaves them out, as the AppView does; what is there already stays. Default:",
        "${DEFAULT-VALUE}."
      })
  private UnknownCollections unknownCollections;

  @Mixin private NotificationOptions notifications;

  /** The topics that are read: those named, narrowed by the mode. */
  public Set<Topic> topics() {
    return streams.stream()
        .filter(
            topic ->
                switch (mode) {
                  case ALL -> true;
                  case FIREHOSE -> topic != Topic.LABEL_LIVE;
                  case LABELS -> topic == Topic.LABEL_LIVE;
                })
        .collect(Collectors.toCollection(() -> EnumSet.noneOf(Topic.class)));
  }

  public String name() {
    return name;
  }

  public int concurrency() {
    return concurrency;
  }

  public int batchSize() {
    return batchSize;
  }

  public NotificationAge notificationAge() {
    return notifications.age();
  }

  public boolean keepsUnknownCollections() {
    return unknownCollections == UnknownCollections.STORE;
  }

  static final class StreamConverter implements ITypeConverter<Topic> {
    @Override
    public Topic convert(String value) {
      return Arrays.stream(Topic.values())
          .filter(READABLE::contains)
          .filter(topic -> topic.topicName().equals(value.strip()))
          .findAny()
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      "'"
                          + value
                          + "' is not one of "
                          + READABLE.stream()
                              .map(Topic::topicName)
                              .collect(Collectors.joining(", "))));
    }
  }
}
