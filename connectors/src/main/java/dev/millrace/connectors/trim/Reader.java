package dev.millrace.connectors.trim;

import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/**
 * Somebody who reads topics.
 *
 * @param name for the operator
 * @param topics that it reads, each as a whole
 * @param positions the next offset; a partition of its topics that is not in here is unread
 */
record Reader(String name, Set<String> topics, Map<TopicPartition, Long> positions) {
  Reader {
    topics = Set.copyOf(topics);
    positions = Map.copyOf(positions);
  }

  boolean reads(TopicPartition partition) {
    return topics.contains(partition.topic());
  }

  OptionalLong position(TopicPartition partition) {
    Long position = positions.get(partition);
    return position == null ? OptionalLong.empty() : OptionalLong.of(position);
  }
}
