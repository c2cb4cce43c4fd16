package dev.millrace.connectors.trim;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Where logs begin and end, by the broker. Safe for use by several threads. */
public final class Logs {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final Admin admin;

  public Logs(Admin admin) {
    this.admin = admin;
  }

  /** Every partition of these topics. */
  public List<TopicPartition> partitions(Collection<String> topics) throws InterruptedException {
    return await(admin.describeTopics(topics).allTopicNames()).values().stream()
        .flatMap(
            topic ->
                topic.partitions().stream()
                    .map(info -> new TopicPartition(topic.name(), info.partition())))
        .toList();
  }

  /** The first offsets that are left. */
  public Map<TopicPartition, Long> starts(Collection<TopicPartition> partitions)
      throws InterruptedException {
    return offsets(partitions, OffsetSpec.earliest());
  }

  /** Behind the last event that readers are shown. */
  public Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions)
      throws InterruptedException {
    return offsets(partitions, OffsetSpec.latest());
  }

  /** The first events that are at or after a time (epoch ms); the end where there is none. */
  public Map<TopicPartition, Long> at(Collection<TopicPartition> partitions, long millis)
      throws InterruptedException {
    Map<TopicPartition, Long> ends = ends(partitions);
    Map<TopicPartition, Long> found =
        new HashMap<>(offsets(partitions, OffsetSpec.forTimestamp(millis)));
    found.replaceAll((partition, offset) -> offset < 0 ? ends.getOrDefault(partition, 0L) : offset);
    return found;
  }

  /** When Kafka took the first event that is left, if there is one. */
  public @Nullable Instant firstTime(TopicPartition partition) throws InterruptedException {
    ListOffsetsResultInfo first =
        await(
            admin
                .listOffsets(Map.of(partition, OffsetSpec.forTimestamp(0)))
                .partitionResult(partition));
    return first.offset() < 0 ? null : Instant.ofEpochMilli(first.timestamp());
  }

  private Map<TopicPartition, Long> offsets(Collection<TopicPartition> partitions, OffsetSpec spec)
      throws InterruptedException {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    partitions.forEach(partition -> asked.put(partition, spec));
    Map<TopicPartition, Long> offsets = new HashMap<>();
    for (Map.Entry<TopicPartition, ListOffsetsResultInfo> found :
        await(admin.listOffsets(asked, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED)).all())
            .entrySet()) {
      offsets.put(found.getKey(), found.getValue().offset());
    }
    return offsets;
  }

  /**
   * Waits for an answer.
   *
   * @throws KafkaException if the cluster refuses or does not answer
   */
  public static <T> T await(KafkaFuture<T> answer) throws InterruptedException {
    try {
      return answer.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof KafkaException known) {
        throw known;
      }
      throw new KafkaException("the cluster refused", e.getCause());
    } catch (TimeoutException e) {
      throw new KafkaException("no answer from the cluster within " + LIMIT.toSeconds() + " s", e);
    }
  }
}
