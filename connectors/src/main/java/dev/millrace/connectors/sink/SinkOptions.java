package dev.millrace.connectors.sink;

import dev.millrace.connectors.kafka.KafkaConnection;
import dev.millrace.connectors.sink.collection.NotificationAge;
import dev.millrace.schema.topic.Topic;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;

/**
 * How the sink runs.
 *
 * @param database gives connections whose search path is the schema; a worker keeps one open
 * @param group the consumer group; progress itself is kept in the database
 * @param consumer names this instance in the broker's lists
 * @param streams the topics to apply, any of firehose_live, firehose_backfill, label_live,
 *     identities
 * @param concurrency workers at most; there are never more than partitions
 * @param batchSize events a transaction at most. Larger ones cost the database less an event
 *     (statements and commit are paid once), smaller ones bound what a failure repeats. A few
 *     streams share a batch, so it is never less than 4
 * @param linger how long a batch may wait to be filled
 * @param keepsUnknownCollections whether records of collections that the AppView does not know are
 *     kept in table {@code record}
 * @param notificationAge how old a record may be for anyone to be told of it
 */
public record SinkOptions(
    KafkaConnection kafka,
    DataSource database,
    String group,
    String consumer,
    List<Topic> streams,
    int concurrency,
    int batchSize,
    Duration linger,
    boolean keepsUnknownCollections,
    NotificationAge notificationAge) {
  public static final List<Topic> ALL_STREAMS =
      List.of(Topic.FIREHOSE_LIVE, Topic.LABEL_LIVE, Topic.IDENTITIES, Topic.FIREHOSE_BACKFILL);
  public static final String DEFAULT_GROUP = "firehose_group";
  public static final int DEFAULT_CONCURRENCY = 20;

  /** Was 50; from 500 on the rate is four times that of 50 and flat (SinkBenchmark). */
  public static final int DEFAULT_BATCH_SIZE = 2_000;

  public static final Duration DEFAULT_LINGER = Duration.ofMillis(100);

  public SinkOptions {
    streams = ALL_STREAMS.stream().filter(Set.copyOf(streams)::contains).toList();
    if (streams.isEmpty()) {
      throw new IllegalArgumentException("streams: none of " + ALL_STREAMS + " given");
    }
    if (concurrency < 1 || concurrency > 1_000) {
      throw new IllegalArgumentException("concurrency must be 1 to 1000, is " + concurrency);
    }
    if (batchSize < 1 || batchSize > 100_000) {
      throw new IllegalArgumentException("batch size must be 1 to 100000, is " + batchSize);
    }
    if (linger.isNegative() || linger.compareTo(Duration.ofSeconds(10)) > 0) {
      throw new IllegalArgumentException("linger must be 0 to 10 s, is " + linger);
    }
    if (group.isBlank() || consumer.isBlank()) {
      throw new IllegalArgumentException("group and consumer must have a name");
    }
  }

  /** Everything as it is by default. */
  public static SinkOptions of(KafkaConnection kafka, DataSource database) {
    return new SinkOptions(
        kafka,
        database,
        DEFAULT_GROUP,
        "millrace-sink",
        ALL_STREAMS,
        DEFAULT_CONCURRENCY,
        DEFAULT_BATCH_SIZE,
        DEFAULT_LINGER,
        true,
        NotificationAge.any());
  }
}
