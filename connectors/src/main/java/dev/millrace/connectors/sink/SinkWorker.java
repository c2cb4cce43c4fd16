package dev.millrace.connectors.sink;

import dev.millrace.atproto.retry.Backoff;
import dev.millrace.schema.topic.Topic;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.jooq.exception.DataAccessException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One consumer, one connection, one thread: reads the partition numbers that the group gives it and
 * applies them batch by batch.
 *
 * <p>Everything in here is owned by the thread of {@link #run}, rebalance callbacks included (the
 * client calls them inside poll); {@link #isWaiting} alone is read by others. While the database is
 * away the worker goes on polling with its partitions paused, so that the group keeps it.
 */
final class SinkWorker implements ConsumerRebalanceListener {
  private static final Logger log = LoggerFactory.getLogger(SinkWorker.class);

  private static final Duration IDLE_POLL = Duration.ofMillis(100);
  private static final long IDLE_ADVANCE_NANOS = Duration.ofMillis(500).toNanos();
  private static final int MAX_COLLISIONS = 10;

  private final SinkOptions options;
  private final Consumer<byte[], byte[]> consumer;
  private final BatchWriter writer;
  private final LogBounds bounds;
  private final ShownPositions shown;
  private final long maxQueuedBytes;
  private final SinkMetrics metrics;
  private final Map<String, Topic> topics;
  private final Map<Integer, PartitionQueue> queues = new TreeMap<>();
  private final Backoff awayBackoff =
      new Backoff(Duration.ofMillis(200), Duration.ofSeconds(15), RandomGenerator.getDefault());
  private final Backoff collisionBackoff =
      new Backoff(Duration.ofMillis(20), Duration.ofMillis(500), RandomGenerator.getDefault());
  private int collisions;
  private long retryAtNanos = System.nanoTime();
  private long lastIdleNanos = System.nanoTime();
  private volatile boolean isWaiting;

  /**
   * @param maxQueuedBytes of all its partitions together; a read may exceed it once by what one
   *     fetch brings
   */
  SinkWorker(
      SinkOptions options,
      Consumer<byte[], byte[]> consumer,
      BatchWriter writer,
      SinkMetrics metrics,
      long maxQueuedBytes) {
    this.options = options;
    this.consumer = consumer;
    this.writer = writer;
    this.bounds = new LogBounds(consumer);
    this.shown = new ShownPositions(consumer);
    this.maxQueuedBytes = maxQueuedBytes;
    this.metrics = metrics;
    this.topics =
        options.streams().stream().collect(Collectors.toMap(Topic::topicName, topic -> topic));
  }

  boolean isWaiting() {
    return isWaiting;
  }

  /** Works until told to stop, or until something fails that waiting does not mend. */
  void run(BooleanSupplier isStopping) throws InterruptedException {
    try {
      consumer.subscribe(topics.keySet(), this);
      while (!isStopping.getAsBoolean()) {
        step();
      }
      shown.showNow();
    } finally {
      if (isWaiting) {
        waits(false);
      }
      writer.close();
      consumer.close();
    }
  }

  private void step() throws InterruptedException {
    balanceReading();
    read();
    long now = System.nanoTime();
    if (now - retryAtNanos < 0) {
      return;
    }
    try {
      seatAll();
      Optional<PartitionQueue> ready = nextReady(now);
      if (ready.isPresent()) {
        apply(ready.get());
      } else if (now - lastIdleNanos > IDLE_ADVANCE_NANOS) {
        lastIdleNanos = now;
        advanceIdle();
      }
    } catch (SQLException | DataAccessException e) {
      SQLException cause = SqlFailure.in(e);
      waitFor(SqlFailure.of(cause == null ? null : cause.getSQLState()), e);
    } catch (InterruptException e) {
      throw e;
    } catch (KafkaException e) {
      waitFor(SqlFailure.AWAY, e);
    }
    shown.show();
  }

  private void read() {
    try {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(pollTime())) {
        Topic topic = topics.get(record.topic());
        PartitionQueue queue = queues.get(record.partition());
        if (topic != null && queue != null && queue.isSeated()) {
          queue.add(Incoming.of(topic, record), System.nanoTime());
        }
      }
    } catch (OffsetOutOfRangeException e) {
      throw LogBounds.gap(e.offsetOutOfRangePartitions(), consumer);
    }
  }

  private Duration pollTime() {
    long now = System.nanoTime();
    if (now - retryAtNanos < 0) {
      long left = Duration.ofNanos(retryAtNanos - now).toMillis() + 1;
      return Duration.ofMillis(Math.min(left, IDLE_POLL.toMillis()));
    }
    if (queues.values().stream().anyMatch(queue -> !queue.isSeated() || isReady(queue, now))) {
      return Duration.ZERO;
    }
    long untilReady =
        queues.values().stream()
            .filter(queue -> queue.size() > 0)
            .mapToLong(queue -> options.linger().toNanos() - queue.ageNanos(now))
            .min()
            .orElse(IDLE_POLL.toNanos());
    return Duration.ofNanos(Math.clamp(untilReady, 1, IDLE_POLL.toNanos()));
  }

  /** Pauses what has enough queued and all while waiting; resumes the rest. */
  private void balanceReading() {
    boolean isHeld = System.nanoTime() - retryAtNanos < 0;
    boolean isFull =
        queues.values().stream().mapToLong(PartitionQueue::bytes).sum() >= maxQueuedBytes;
    List<TopicPartition> pause = new ArrayList<>();
    List<TopicPartition> resume = new ArrayList<>();
    for (TopicPartition partition : consumer.assignment()) {
      PartitionQueue queue = queues.get(partition.partition());
      Topic topic = topics.get(partition.topic());
      if (queue == null || topic == null) {
        continue;
      }
      int queued = queue.size(topic);
      boolean hasEnough = queued >= options.batchSize() || (isFull && queued > 0);
      if (isHeld || !queue.isSeated() || hasEnough) {
        pause.add(partition);
      } else {
        resume.add(partition);
      }
    }
    consumer.pause(pause);
    consumer.resume(resume);
  }

  private boolean isReady(PartitionQueue queue, long now) {
    return queue.size() > 0
        && (queue.size() >= queue.limit() || queue.ageNanos(now) >= options.linger().toNanos());
  }

  /** Live before backfill, then who waits longest. */
  private Optional<PartitionQueue> nextReady(long now) {
    return queues.values().stream()
        .filter(queue -> isReady(queue, now))
        .min(
            Comparator.comparing((PartitionQueue queue) -> !queue.hasLive())
                .thenComparingLong(queue -> -queue.ageNanos(now)));
  }

  private void apply(PartitionQueue queue) throws SQLException, InterruptedException {
    Batch batch = queue.next(topic -> consumer.position(partition(queue, topic)));
    try {
      Batch applied;
      try {
        applied = writer.write(batch);
      } catch (SQLException | DataAccessException e) {
        SQLException cause = SqlFailure.in(e);
        if (cause == null || SqlFailure.of(cause.getSQLState()) != SqlFailure.POISON) {
          throw e;
        }
        metrics.rolledBack("poison");
        if (batch.events().isEmpty()) {
          throw new IllegalStateException("positions alone are refused", e);
        }
        if (batch.events().size() > 1) {
          queue.limit(batch.events().size() / 2);
          return;
        }
        log.warn("set aside, the database refuses it: {}", cause.getMessage());
        applied = writer.setAside(batch, cause);
      }
      applied(queue, applied);
    } catch (PositionsMovedException e) {
      log.warn("read again: {}", e.getMessage());
      metrics.rolledBack("positions-moved");
      queue.unseat();
    }
  }

  private void applied(PartitionQueue queue, Batch batch) {
    queue.done(batch);
    queue.limit((int) Math.min(options.batchSize(), queue.limit() * 2L));
    batch.after().forEach((topic, next) -> shown.reached(partition(queue, topic), next));
    collisions = 0;
    collisionBackoff.reset();
    awayBackoff.reset();
    waits(false);
  }

  /**
   * A transaction's end takes an offset of its own. Where nothing else follows, the position is
   * moved past it, so that the lag is 0 and the log may be trimmed there.
   */
  private void advanceIdle() throws SQLException, InterruptedException {
    for (PartitionQueue queue : queues.values()) {
      if (!queue.isSeated() || queue.size() > 0) {
        continue;
      }
      boolean isBehind =
          options.streams().stream()
              .anyMatch(topic -> queue.isBehind(topic, consumer.position(partition(queue, topic))));
      if (isBehind) {
        apply(queue);
      }
    }
  }

  private void waitFor(SqlFailure failure, Exception cause) {
    metrics.rolledBack(failure.name().toLowerCase(Locale.ROOT));
    long now = System.nanoTime();
    switch (failure) {
      case COLLISION -> {
        collisions++;
        if (collisions <= MAX_COLLISIONS) {
          log.info("tried again: {}", cause.getMessage());
          retryAtNanos = now + collisionBackoff.next().toNanos();
          return;
        }
      }
      case AWAY -> {}
      case POISON, DEFECT ->
          throw new IllegalStateException("the sink cannot go on: " + cause.getMessage(), cause);
    }
    Duration pause = awayBackoff.next();
    log.warn("waits {} ms: {}", pause.toMillis(), cause.getMessage());
    retryAtNanos = now + pause.toNanos();
    waits(true);
  }

  private void waits(boolean newIsWaiting) {
    if (isWaiting != newIsWaiting) {
      isWaiting = newIsWaiting;
      metrics.waits(newIsWaiting);
    }
  }

  /** Finds out where each new partition number stands, and reads from there. */
  private void seatAll() throws SQLException {
    for (PartitionQueue queue : queues.values()) {
      if (queue.isSeated()) {
        continue;
      }
      Map<Topic, Long> stored = writer.positions(queue.partition());
      stored.keySet().retainAll(options.streams());
      Map<TopicPartition, Long> wanted = new HashMap<>();
      for (Topic topic : options.streams()) {
        wanted.put(partition(queue, topic), stored.getOrDefault(topic, LogBounds.START));
      }
      Map<TopicPartition, Long> seeks = bounds.check(wanted);
      seeks.forEach(consumer::seek);
      seeks.forEach(shown::reached);
      Map<Topic, Long> starts = new EnumMap<>(Topic.class);
      for (Topic topic : options.streams()) {
        starts.put(topic, seeks.getOrDefault(partition(queue, topic), 0L));
      }
      queue.seat(stored, starts);
      waits(false);
    }
  }

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
    Map<Integer, List<TopicPartition>> byNumber =
        partitions.stream().collect(Collectors.groupingBy(TopicPartition::partition));
    byNumber.forEach(
        (number, assigned) -> {
          if (assigned.size() != options.streams().size()) {
            throw new IllegalStateException(
                "partition %d of some topics alone was assigned (%s): do all topics have the same partition count, and all members of the group the same streams?"
                    .formatted(number, assigned));
          }
          queues.put(number, new PartitionQueue(number, options.streams(), options.batchSize()));
        });
    // A position of any kind, and paused: the database says the real one, and may be away.
    partitions.forEach(partition -> consumer.seek(partition, 0));
    consumer.pause(partitions);
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
    shown.showNow();
    onPartitionsLost(partitions);
  }

  @Override
  public void onPartitionsLost(Collection<TopicPartition> partitions) {
    for (TopicPartition partition : partitions) {
      queues.remove(partition.partition());
      shown.forget(partition);
    }
  }

  private static TopicPartition partition(PartitionQueue queue, Topic topic) {
    return new TopicPartition(topic.topicName(), queue.partition());
  }
}
