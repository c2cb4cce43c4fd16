package dev.millrace.app.status;

import dev.millrace.app.run.Lags;
import dev.millrace.app.status.Status.OfGroup;
import dev.millrace.app.status.Status.OfTopic;
import dev.millrace.schema.topic.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** Topics and their readers, looked at twice. Owned by one thread. */
final class TopicLooks {
  private final Lags lags;
  private final OldestUnread oldest;
  private final SequencedMap<String, List<String>> groups;

  /** One look. */
  private record Look(
      long nanos, Map<String, Long> ends, Map<String, Map<String, Long>> lagsByGroup) {}

  /**
   * Of a cluster.
   *
   * @param groups each with the topics that it reads
   */
  TopicLooks(Lags lags, OldestUnread oldest, SequencedMap<String, List<String>> groups) {
    this.lags = lags;
    this.oldest = oldest;
    this.groups = groups;
  }

  /** Looks, waits, and looks again. */
  List<OfTopic> look(Duration between) throws InterruptedException {
    Look first = look();
    Thread.sleep(between);
    Look second = look();
    double seconds = (second.nanos() - first.nanos()) / 1e9;
    List<OfTopic> topics = new ArrayList<>();
    for (Topic topic : Topic.values()) {
      String name = topic.topicName();
      double growth = perSecond(first.ends().get(name), second.ends().get(name), seconds);
      List<OfGroup> readers = new ArrayList<>();
      groups.forEach(
          (group, read) -> {
            if (read.contains(name)) {
              readers.add(ofGroup(group, name, first, second, growth, seconds));
            }
          });
      topics.add(new OfTopic(name, second.ends().getOrDefault(name, 0L), growth, readers));
    }
    return topics;
  }

  private Look look() {
    Map<String, Map<String, Long>> byGroup = new HashMap<>();
    groups.forEach((group, topics) -> byGroup.put(group, lags.of(group, topics)));
    return new Look(
        System.nanoTime(),
        lags.ends(List.of(Topic.values()).stream().map(Topic::topicName).toList()),
        byGroup);
  }

  private OfGroup ofGroup(
      String group, String topic, Look first, Look second, double growth, double seconds) {
    long before = first.lagsByGroup().getOrDefault(group, Map.of()).getOrDefault(topic, 0L);
    long lag = second.lagsByGroup().getOrDefault(group, Map.of()).getOrDefault(topic, 0L);
    double reads = growth + (before - lag) / seconds;
    return new OfGroup(
        group,
        lag,
        rounded(Math.max(0, reads)),
        secondsLeft(lag, reads - growth),
        lag == 0 ? null : oldest.of(group, topic));
  }

  /** At the speed at which the lag becomes less. */
  private static @Nullable Long secondsLeft(long lag, double perSecond) {
    if (lag == 0) {
      return 0L;
    }
    return perSecond <= 0 ? null : (long) Math.ceil(lag / perSecond);
  }

  private static double perSecond(@Nullable Long before, @Nullable Long after, double seconds) {
    return before == null || after == null ? 0 : rounded((after - before) / seconds);
  }

  private static double rounded(double value) {
    return Math.round(value * 10) / 10.0;
  }
}
