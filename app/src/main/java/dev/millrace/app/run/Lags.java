package dev.millrace.app.run;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/**
 * How far a group is behind the end of topics, as {@code kafka-consumer-groups --describe} shows
 * it. Safe for use by several threads, as the admin client is.
 */
public final class Lags {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final Admin admin;

  public Lags(Admin admin) {
    this.admin = admin;
  }

  /**
   * Offsets that a group has left in each topic. A partition that the group never committed counts
   * from its start.
   *
   * @throws KafkaException if the cluster does not answer
   */
  public Map<String, Long> of(String group, Collection<String> topics) {
    Map<String, Long> lags = new HashMap<>();
    positions(group, topics)
        .forEach(
            (partition, position) ->
                lags.merge(
                    partition.topic(), Math.max(0, position.end() - position.next()), Long::sum));
    return lags;
  }

  /** Where a group goes on, of the partitions of which something is left. */
  public Map<TopicPartition, Long> unread(String group, Collection<String> topics) {
    Map<TopicPartition, Long> unread = new HashMap<>();
    positions(group, topics)
        .forEach(
            (partition, position) -> {
              if (position.next() < position.end()) {
                unread.put(partition, position.next());
              }
            });
    return unread;
  }

  /** The ends of all partitions of each topic, added up. */
  public Map<String, Long> ends(Collection<String> topics) {
    Map<String, Long> sums = new HashMap<>();
    offsets(partitions(topics), OffsetSpec.latest())
        .forEach((partition, end) -> sums.merge(partition.topic(), end, Long::sum));
    return sums;
  }

  private record Position(long next, long end) {}

  private Map<TopicPartition, Position> positions(String group, Collection<String> topics) {
    List<TopicPartition> partitions = partitions(topics);
    Map<TopicPartition, Long> starts = offsets(partitions, OffsetSpec.earliest());
    Map<TopicPartition, Long> ends = offsets(partitions, OffsetSpec.latest());
    Map<TopicPartition, OffsetAndMetadata> committed =
        await(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
    Map<TopicPartition, Position> positions = new HashMap<>();
    for (TopicPartition partition : partitions) {
      OffsetAndMetadata position = committed.get(partition);
      long next = position == null ? starts.getOrDefault(partition, 0L) : position.offset();
      positions.put(partition, new Position(next, ends.getOrDefault(partition, 0L)));
    }
    return positions;
  }

  private List<TopicPartition> partitions(Collection<String> topics) {
    Map<String, TopicDescription> described = await(admin.describeTopics(topics).allTopicNames());
    return described.values().stream()
        .flatMap(
            topic ->
                topic.partitions().stream()
                    .map(info -> new TopicPartition(topic.name(), info.partition())))
        .toList();
  }

  private Map<TopicPartition, Long> offsets(List<TopicPartition> partitions, OffsetSpec spec) {
    Map<TopicPartition, OffsetSpec> wanted =
        partitions.stream().collect(Collectors.toMap(Function.identity(), partition -> spec));
    Map<TopicPartition, ListOffsetsResultInfo> found =
        await(
            admin.listOffsets(wanted, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED)).all());
    return found.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().offset()));
  }

  private static <T> T await(KafkaFuture<T> future) {
    try {
      return future.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new KafkaException("the lag could not be read", e.getCause());
    } catch (TimeoutException e) {
      throw new KafkaException("no answer from the cluster within " + LIMIT.toSeconds() + " s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted while the lag was read", e);
    }
  }
}
