package dev.millrace.topology.backfiller.admission;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the sink is too far behind on the output, so that no new fetch may begin: from the
 * high-water mark on, until the lag is at four fifths of it. A sink that has never committed is
 * behind from the log's start.
 *
 * <p>A thread of its own measures each second; {@link #isLow} may be asked from any thread and
 * never waits. While the cluster does not answer, the last word holds.
 */
public final class OutputLag implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(OutputLag.class);
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final Duration TIMEOUT = Duration.ofSeconds(15);

  private final Admin admin;
  private final String topic;
  private final String group;
  private final long highWaterMark;
  private final Thread thread;
  private volatile boolean isLow = true;
  private volatile long lag;

  public OutputLag(Admin admin, String topic, String group, long highWaterMark) {
    this.admin = admin;
    this.topic = topic;
    this.group = group;
    this.highWaterMark = highWaterMark;
    this.thread = Thread.ofPlatform().name("output-lag").daemon().unstarted(this::watch);
  }

  /** Measures once, then goes on by itself. */
  public void start() throws InterruptedException {
    measure();
    thread.start();
  }

  public boolean isLow() {
    return isLow;
  }

  /** Events behind, as last measured. */
  public long lag() {
    return lag;
  }

  @Override
  public void close() {
    thread.interrupt();
  }

  private void watch() {
    try {
      while (true) {
        TimeUnit.MILLISECONDS.sleep(INTERVAL.toMillis());
        measure();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closed
    }
  }

  private void measure() throws InterruptedException {
    try {
      judge(read());
    } catch (ExecutionException | TimeoutException e) {
      log.warn("the lag of {} on {} is not known: {}", group, topic, e.toString());
    }
  }

  /** Keeps to the last word between the two marks. */
  void judge(long newLag) {
    lag = newLag;
    if (isLow && newLag >= highWaterMark) {
      isLow = false;
      log.info("{} is {} events behind on {}: no new fetches", group, newLag, topic);
    } else if (!isLow && newLag <= highWaterMark / 5 * 4) {
      isLow = true;
      log.info("{} is {} events behind on {}: fetching again", group, newLag, topic);
    }
  }

  private long read() throws ExecutionException, TimeoutException, InterruptedException {
    Set<TopicPartition> all =
        admin
            .describeTopics(List.of(topic))
            .allTopicNames()
            .get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
            .values()
            .stream()
            .flatMap(description -> description.partitions().stream())
            .map(partition -> new TopicPartition(topic, partition.partition()))
            .collect(Collectors.toSet());
    Map<TopicPartition, ListOffsetsResultInfo> ends = offsets(all, OffsetSpec.latest());
    Map<TopicPartition, ListOffsetsResultInfo> starts = offsets(all, OffsetSpec.earliest());
    Map<TopicPartition, OffsetAndMetadata> committed =
        admin
            .listConsumerGroupOffsets(group)
            .partitionsToOffsetAndMetadata()
            .get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    long behind = 0;
    for (Map.Entry<TopicPartition, ListOffsetsResultInfo> end : ends.entrySet()) {
      OffsetAndMetadata position = committed.get(end.getKey());
      ListOffsetsResultInfo start = starts.get(end.getKey());
      long from = start == null ? 0 : start.offset();
      long at = position == null ? from : Math.max(from, position.offset());
      behind += Math.max(0, end.getValue().offset() - at);
    }
    return behind;
  }

  private Map<TopicPartition, ListOffsetsResultInfo> offsets(
      Set<TopicPartition> partitions, OffsetSpec spec)
      throws ExecutionException, TimeoutException, InterruptedException {
    return admin
        .listOffsets(partitions.stream().collect(Collectors.toMap(Function.identity(), p -> spec)))
        .all()
        .get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
  }
}
