package dev.millrace.connectors.repolist;

import dev.millrace.connectors.kafka.KafkaConnection;
import dev.millrace.schema.topic.Topic;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.jspecify.annotations.Nullable;

/**
 * How much of a topic a consumer group still has before it: the ends minus what it committed, or
 * minus the log's start where it committed nothing yet.
 *
 * <p>Owned by the thread that measures.
 */
final class Backlog implements AutoCloseable {
  private final Admin admin;
  private final Topic topic;
  private final String group;

  Backlog(KafkaConnection kafka, Topic topic, String group) {
    this.admin = Admin.create(kafka.admin());
    this.topic = topic;
    this.group = group;
  }

  /** In offsets, so transaction markers count too. */
  long measure() throws InterruptedException {
    try {
      List<TopicPartition> partitions = partitions();
      Map<TopicPartition, OffsetAndMetadata> committed = committed();
      Map<TopicPartition, ListOffsetsResultInfo> starts =
          offsets(partitions, OffsetSpec.earliest());
      Map<TopicPartition, ListOffsetsResultInfo> ends = offsets(partitions, OffsetSpec.latest());
      long backlog = 0;
      for (TopicPartition partition : partitions) {
        long start = offset(starts.get(partition));
        OffsetAndMetadata position = committed.get(partition);
        long done = position == null ? start : Math.max(start, position.offset());
        backlog += Math.max(0, offset(ends.get(partition)) - done);
      }
      return backlog;
    } catch (ExecutionException e) {
      throw new KafkaException("the backlog of " + topic.topicName(), e.getCause());
    }
  }

  private List<TopicPartition> partitions() throws InterruptedException, ExecutionException {
    return admin.describeTopics(List.of(topic.topicName())).allTopicNames().get().values().stream()
        .flatMap(description -> description.partitions().stream())
        .map(info -> new TopicPartition(topic.topicName(), info.partition()))
        .toList();
  }

  private static long offset(@Nullable ListOffsetsResultInfo info) {
    return info == null ? 0 : info.offset();
  }

  private Map<TopicPartition, OffsetAndMetadata> committed()
      throws InterruptedException, ExecutionException {
    try {
      Map<TopicPartition, OffsetAndMetadata> known = new HashMap<>();
      admin
          .listConsumerGroupOffsets(group)
          .partitionsToOffsetAndMetadata()
          .get()
          .forEach(
              (partition, position) -> {
                if (position != null) {
                  known.put(partition, position);
                }
              });
      return known;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GroupIdNotFoundException) {
        return Map.of();
      }
      throw e;
    }
  }

  private Map<TopicPartition, ListOffsetsResultInfo> offsets(
      List<TopicPartition> partitions, OffsetSpec spec)
      throws InterruptedException, ExecutionException {
    Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
    partitions.forEach(partition -> wanted.put(partition, spec));
    return admin.listOffsets(wanted).all().get();
  }

  @Override
  public void close() {
    admin.close();
  }
}
