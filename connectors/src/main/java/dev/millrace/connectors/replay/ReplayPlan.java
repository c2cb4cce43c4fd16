package dev.millrace.connectors.replay;

import dev.millrace.schema.topic.Topic;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a replay will do.
 *
 * @param isRebuild into empty tables; otherwise some topics are read again over what is there
 * @param positions where each topic begins, by partition number
 * @param ends of the same
 * @param gone where the topics no longer reach back as far as was asked
 * @param unknownPartitions partition numbers of which events of repos will be missing: these repos
 *     must be fetched again
 * @param missesLabels whether labels will be missing: labelers must be read again
 */
public record ReplayPlan(
    boolean isRebuild,
    Map<Integer, Map<Topic, Long>> positions,
    Map<Integer, Map<Topic, Long>> ends,
    List<Gone> gone,
    Set<Integer> unknownPartitions,
    boolean missesLabels) {

  /**
   * A log that begins too late, or that is not the one which was read.
   *
   * @param asked the offset that was asked for
   * @param start the first offset that is left
   * @param oldest when Kafka took the first event that is left; null if there is none
   * @param beyond where the database stood, if that is beyond the log's end: the topic was made
   *     anew
   */
  public record Gone(
      Topic topic,
      int partition,
      long asked,
      long start,
      @Nullable Instant oldest,
      @Nullable Long beyond) {}

  /** Offsets of a topic that will be read. */
  public long events(Topic topic) {
    long events = 0;
    for (Map.Entry<Integer, Map<Topic, Long>> entry : positions.entrySet()) {
      Long from = entry.getValue().get(topic);
      Long end = ends.getOrDefault(entry.getKey(), Map.of()).get(topic);
      if (from != null && end != null) {
        events += Math.max(0, end - from);
      }
    }
    return events;
  }

  public boolean missesRepos() {
    return !unknownPartitions.isEmpty();
  }
}
