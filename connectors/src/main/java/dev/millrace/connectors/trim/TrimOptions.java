package dev.millrace.connectors.trim;

import dev.millrace.connectors.kafka.KafkaConnection;
import dev.millrace.schema.topic.Topic;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.sql.DataSource;

/**
 * How topics are trimmed.
 *
 * @param database holds the sink's positions; gives connections whose search path is the schema
 * @param window events younger than this stay, also where everybody has read them
 * @param windows the same of single topics
 * @param readers groups that read a topic, whether or not they have begun: as long as one of them
 *     has no position, its topics stay whole
 * @param ignoredGroups groups that are dead for good: what they have not read may go
 * @param interval between two passes
 */
public record TrimOptions(
    KafkaConnection kafka,
    DataSource database,
    Duration window,
    Map<Topic, Duration> windows,
    Map<Topic, Set<String>> readers,
    Set<String> ignoredGroups,
    Duration interval) {
  public static final Duration DEFAULT_WINDOW = Duration.ofDays(3);
  public static final Duration DEFAULT_INTERVAL = Duration.ofMinutes(1);

  /** The topics that are trimmed. */
  public static final List<Topic> TOPICS =
      Arrays.stream(Topic.values()).filter(topic -> topic.kept() == Topic.Kept.TRIMMED).toList();

  public TrimOptions {
    windows = Map.copyOf(windows);
    readers = Map.copyOf(readers);
    ignoredGroups = Set.copyOf(ignoredGroups);
    if (window.isNegative() || windows.values().stream().anyMatch(Duration::isNegative)) {
      throw new IllegalArgumentException("a replay window must not be negative");
    }
    for (Topic topic : windows.keySet()) {
      if (!TOPICS.contains(topic)) {
        throw new IllegalArgumentException(topic.topicName() + " is not trimmed");
      }
    }
    if (interval.isNegative() || interval.isZero()) {
      throw new IllegalArgumentException("the interval must be above 0, is " + interval);
    }
  }

  Duration windowOf(Topic topic) {
    return windows.getOrDefault(topic, window);
  }
}
