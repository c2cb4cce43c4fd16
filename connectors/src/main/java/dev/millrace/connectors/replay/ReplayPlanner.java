package dev.millrace.connectors.replay;

import dev.millrace.connectors.sink.SinkOptions;
import dev.millrace.connectors.trim.Logs;
import dev.millrace.schema.topic.Topic;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Finds out what a replay has to do. Reads only. */
final class ReplayPlanner {
  private final Logs logs;

  ReplayPlanner(Logs logs) {
    this.logs = logs;
  }

  /**
   * Makes the plan.
   *
   * @param topics to read again, empty for all
   * @param isRebuild into empty tables; otherwise every other topic that begins after its position
   *     goes on at its start, too, for the indexer would stop at it
   * @param stored where the database stands that is rebuilt, or read into
   * @throws IllegalArgumentException if a position is missing or beyond its log's end
   * @throws IllegalStateException if only a rebuild can mend what it finds
   */
  ReplayPlan plan(
      ReplayStart from, Set<Topic> topics, boolean isRebuild, Map<Integer, Map<Topic, Long>> stored)
      throws InterruptedException {
    Draft draft = new Draft(isRebuild);
    for (Topic topic : SinkOptions.ALL_STREAMS) {
      boolean isAsked = topics.isEmpty() || topics.contains(topic);
      if (!isAsked && isRebuild) {
        continue;
      }
      List<TopicPartition> partitions = logs.partitions(List.of(topic.topicName()));
      Map<TopicPartition, Long> starts = logs.starts(partitions);
      Map<TopicPartition, Long> ends = logs.ends(partitions);
      Map<TopicPartition, Long> wanted = isAsked ? wanted(from, topic, partitions) : Map.of();
      for (TopicPartition partition : partitions) {
        long end = ends.getOrDefault(partition, 0L);
        Long held = stored.getOrDefault(partition.partition(), Map.of()).get(topic);
        Place place = new Place(topic, partition, starts.getOrDefault(partition, 0L), end, held);
        draft.requireSameLog(place);
        if (!isAsked) {
          if (held != null && held < place.start()) {
            draft.add(place, held, true);
          }
          continue;
        }
        long asked = wanted.getOrDefault(partition, 0L);
        if (asked > end) {
          throw new IllegalArgumentException(
              "%s partition %d ends at %d, %d is beyond it"
                  .formatted(topic.topicName(), partition.partition(), end, asked));
        }
        draft.add(place, asked, isGone(from, asked, place.start()));
      }
    }
    return draft.plan();
  }

  /**
   * A log, and where the database stands in it.
   *
   * @param held the next offset it wants, null if it has read none
   */
  private record Place(
      Topic topic, TopicPartition partition, long start, long end, @Nullable Long held) {
    int number() {
      return partition.partition();
    }

    /** Whether the log is not the one, or no longer all of the one, that the database has read. */
    boolean isShort() {
      return held != null && held > end;
    }
  }

  /** The plan as far as it is made. */
  private final class Draft {
    private final boolean isRebuild;
    private final Map<Integer, Map<Topic, Long>> positions = new TreeMap<>();
    private final Map<Integer, Map<Topic, Long>> ends = new TreeMap<>();
    private final List<ReplayPlan.Gone> gone = new ArrayList<>();
    private final Set<Integer> unknown = new TreeSet<>();
    private boolean missesLabels;

    Draft(boolean isRebuild) {
      this.isRebuild = isRebuild;
    }

    /** Rows know places in the live log, so those of a former one must not stay. */
    void requireSameLog(Place place) {
      if (place.isShort() && !isRebuild) {
        throw new IllegalStateException(
            ("%s partition %d ends at %d and the database stands at %d: the topic was made anew, or"
                    + " the database is newer than the broker. Rows know places in the former log;"
                    + " only a rebuild mends that: millrace replay, without --topic")
                .formatted(place.topic().topicName(), place.number(), place.end(), place.held()));
      }
    }

    void add(Place place, long asked, boolean isGone) throws InterruptedException {
      Long held = place.held();
      // Back, never forward: what lies between was not read yet.
      long back = isRebuild ? asked : Math.min(asked, held == null ? 0 : held);
      long position = Math.max(place.start(), back);
      positions
          .computeIfAbsent(place.number(), p -> new EnumMap<>(Topic.class))
          .put(place.topic(), position);
      ends.computeIfAbsent(place.number(), p -> new EnumMap<>(Topic.class))
          .put(place.topic(), place.end());
      // A compacted log holds the newest of every key, wherever it begins.
      boolean isCompacted = place.topic().kept() == Topic.Kept.COMPACTED;
      if (place.isShort() || (isGone && !isCompacted)) {
        gone.add(
            new ReplayPlan.Gone(
                place.topic(),
                place.number(),
                asked,
                place.start(),
                logs.firstTime(place.partition()),
                place.isShort() ? held : null));
      }
      // Empty tables need all that ever was; others only what was never read.
      boolean isMissing =
          place.isShort()
              || (!isCompacted
                  && (isRebuild ? position > 0 : place.start() > (held == null ? 0 : held)));
      if (isMissing && place.topic() == Topic.LABEL_LIVE) {
        missesLabels = true;
      } else if (isMissing) {
        unknown.add(place.number());
      }
    }

    ReplayPlan plan() {
      return new ReplayPlan(isRebuild, positions, ends, List.copyOf(gone), unknown, missesLabels);
    }
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
