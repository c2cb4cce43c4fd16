package dev.millrace.connectors.replay;

import dev.millrace.connectors.sink.SinkOptions;
import dev.millrace.connectors.trim.Logs;
import dev.millrace.schema.topic.Topic;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.TopicPartition;

/** Finds out what a replay has to do. Reads only. */
final class ReplayPlanner {
  private final Logs logs;

  ReplayPlanner(Logs logs) {
    this.logs = logs;
  }

  /**
   * Makes the plan.
   *
   * @param topics to read again, empty for a rebuild from all
   * @param stored where the database stands now
   * @throws IllegalArgumentException if a position is missing or beyond its log's end
   */
  ReplayPlan plan(ReplayStart from, Set<Topic> topics, Map<Integer, Map<Topic, Long>> stored)
      throws InterruptedException {
    boolean isRebuild = topics.isEmpty();
    Collection<Topic> read = isRebuild ? SinkOptions.ALL_STREAMS : topics;
    Map<Integer, Map<Topic, Long>> positions = new TreeMap<>();
    Map<Integer, Map<Topic, Long>> ends = new TreeMap<>();
    List<ReplayPlan.Gone> gone = new ArrayList<>();
    Set<Integer> unknown = new TreeSet<>();
    boolean missesLabels = false;
    for (Topic topic : read) {
      List<TopicPartition> partitions = logs.partitions(List.of(topic.topicName()));
      Map<TopicPartition, Long> starts = logs.starts(partitions);
      Map<TopicPartition, Long> tails = logs.ends(partitions);
      Map<TopicPartition, Long> wanted = wanted(from, topic, partitions);
      for (TopicPartition partition : partitions) {
        int number = partition.partition();
        long start = starts.getOrDefault(partition, 0L);
        long end = tails.getOrDefault(partition, 0L);
        long asked = wanted.getOrDefault(partition, 0L);
        if (asked > end) {
          throw new IllegalArgumentException(
              "%s partition %d ends at %d, %d is beyond it"
                  .formatted(topic.topicName(), number, end, asked));
        }
        positions
            .computeIfAbsent(number, p -> new EnumMap<>(Topic.class))
            .put(topic, Math.max(start, asked));
        ends.computeIfAbsent(number, p -> new EnumMap<>(Topic.class)).put(topic, end);
        // A compacted log holds the newest of every key, wherever it begins.
        if (topic.kept() == Topic.Kept.COMPACTED) {
          continue;
        }
        if (isGone(from, asked, start)) {
          gone.add(new ReplayPlan.Gone(topic, number, asked, start, logs.firstTime(partition)));
        }
        // Emptied tables need all that ever was; others only what was never read.
        Long held = stored.getOrDefault(number, Map.of()).get(topic);
        boolean isMissing =
            isRebuild ? Math.max(start, asked) > 0 : start > (held == null ? 0 : held);
        if (isMissing && topic == Topic.LABEL_LIVE) {
          missesLabels = true;
        } else if (isMissing) {
          unknown.add(number);
        }
      }
    }
    return new ReplayPlan(isRebuild, positions, ends, List.copyOf(gone), unknown, missesLabels);
  }

  private static boolean isGone(ReplayStart from, long asked, long start) {
    // The first event that is left is young enough: whether it was the first, nobody knows.
    return from instanceof ReplayStart.Since ? start > 0 && asked <= start : asked < start;
  }

  private Map<TopicPartition, Long> wanted(
      ReplayStart from, Topic topic, List<TopicPartition> partitions) throws InterruptedException {
    if (topic.kept() == Topic.Kept.COMPACTED) {
      return Map.of();
    }
    return switch (from) {
      case ReplayStart.Beginning beginning -> Map.of();
      case ReplayStart.Since(var time) -> logs.at(partitions, time.toEpochMilli());
      case ReplayStart.Positions(var offsets) -> {
        Map<TopicPartition, Long> wanted = new HashMap<>();
        for (TopicPartition partition : partitions) {
          Long offset =
              offsets.getOrDefault(partition.partition(), Map.of()).get(topic.topicName());
          if (offset == null || offset < 0) {
            throw new IllegalArgumentException(
                "the positions name no offset of %s partition %d"
                    .formatted(topic.topicName(), partition.partition()));
          }
          wanted.put(partition, offset);
        }
        yield wanted;
      }
    };
  }
}
