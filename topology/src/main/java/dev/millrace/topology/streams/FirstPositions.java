package dev.millrace.topology.streams;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownMemberIdException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives a group that reads its inputs for the first time its first positions, the logs' starts. The
 * sources themselves run with {@code auto.offset.reset=none}, so that a position that has fallen
 * off the log later stops the part instead of skipping or repeating silently.
 */
public final class FirstPositions {
  private static final Logger log = LoggerFactory.getLogger(FirstPositions.class);
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private FirstPositions() {}

  /**
   * Writes what is missing. Where the group is at work already, another instance has done so.
   *
   * @return how many partitions each of the topics has
   * @throws IllegalStateException if the topics differ in their partition counts
   * @throws KafkaException if the cluster refuses or does not answer
   */
  public static int write(Admin admin, String group, Collection<String> topics) {
    int partitions = 0;
    try {
      Map<String, TopicDescription> described = get(admin.describeTopics(topics).allTopicNames());
      if (described.values().stream().map(d -> d.partitions().size()).distinct().count() > 1) {
        throw new IllegalStateException(
            "the topics differ in their partition counts: " + described);
      }
      partitions = described.values().iterator().next().partitions().size();
      Map<TopicPartition, OffsetAndMetadata> known =
          get(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
      Map<TopicPartition, OffsetSpec> missing = new HashMap<>();
      described.forEach(
          (topic, description) -> {
            for (int p = 0; p < description.partitions().size(); p++) {
              TopicPartition partition = new TopicPartition(topic, p);
              if (known.get(partition) == null) {
                missing.put(partition, OffsetSpec.earliest());
              }
            }
          });
      if (missing.isEmpty()) {
        return partitions;
      }
      Map<TopicPartition, ListOffsetsResultInfo> starts = get(admin.listOffsets(missing).all());
      get(
          admin
              .alterConsumerGroupOffsets(
                  group,
                  starts.entrySet().stream()
                      .collect(
                          Collectors.toMap(
                              Map.Entry::getKey,
                              e -> new OffsetAndMetadata(e.getValue().offset()))))
              .all());
      log.info("group {}: {} partitions read from their start", group, missing.size());
      return partitions;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownMemberIdException) {
        log.debug("group {} is at work", group, e);
        return partitions;
      }
      throw new KafkaException("group " + group + ": " + e.getCause(), e.getCause());
    } catch (TimeoutException e) {
      throw new KafkaException("no answer from the cluster within " + TIMEOUT, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted while waiting for the cluster", e);
    }
  }

  private static <T> T get(org.apache.kafka.common.KafkaFuture<T> future)
      throws ExecutionException, TimeoutException, InterruptedException {
    return future.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
  }
}
