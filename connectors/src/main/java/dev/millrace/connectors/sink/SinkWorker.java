package dev.millrace.connectors.sink;

import dev.millrace.connectors.sink.sql.SqlFailure;
import dev.millrace.schema.topic.Topic;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.ToLongFunction;
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

  private final SinkOptions options;
  private final Consumer<byte[], byte[]> consumer;
  private final BatchWriter writer;
  private final PoisonSearch batches;
  private final ReadAhead readAhead;
  private final Seats seats;
  private final ShownPositions shown;
  private final Patience patience;
  private final SinkMetrics metrics;
  private final Map<String, Topic> topics;
  private final Map<Integer, PartitionQueue> queues = new TreeMap<>();
  private long lastIdleNanos = System.nanoTime();

  /**
   * @param maxQueuedBytes of all its partitions together; a read may exceed it once by what one
   *     fetch brings
   * @param isBackfillHeld whether no more backfill is to be read now
   */
  SinkWorker(
      SinkOptions options,
      Consumer<byte[], byte[]> consumer,
      BatchWriter writer,
      SinkMetrics metrics,
      long maxQueuedBytes,
      BooleanSupplier isBackfillHeld) {
    this.options = options;
    this.consumer = consumer;
    this.writer = writer;
    this.metrics = metrics;
    this.topics =
        options.streams().stream().collect(Collectors.toMap(Topic::topicName, topic -> topic));
    this.batches = new PoisonSearch(writer, metrics);
    this.readAhead =
        new ReadAhead(consumer, topics, options.batchSize(), maxQueuedBytes, isBackfillHeld);
    this.shown = new ShownPositions(consumer, metrics);
    this.seats = new Seats(consumer, options.streams(), writer, shown);
    this.patience = new Patience(metrics);
  }

  boolean isWaiting() {
    return patience.isWaiting();
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
      patience.answered();
      writer.close();
      consumer.close();
    }
  }

  private void step() throws InterruptedException {
    readAhead.balance(queues, patience.nanosLeft() > 0);
    read();
    if (patience.nanosLeft() > 0) {
      return;
    }
    try {
      seatAll();
      long now = System.nanoTime();
      Optional<PartitionQueue> ready = nextReady(now);
      if (ready.isPresent()) {
        apply(ready.get());
      } else if (now - lastIdleNanos > IDLE_ADVANCE_NANOS) {
        lastIdleNanos = now;
        advanceIdle();
      }
    } catch (InterruptException e) {
      throw e;
    } catch (SQLException | DataAccessException e) {
      patience.failed(SqlFailure.of(e), e);
    } catch (KafkaException e) {
      patience.failed(SqlFailure.AWAY, e);
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
    long nanosLeft = patience.nanosLeft();
    if (nanosLeft > 0) {
      return Duration.ofNanos(Math.min(nanosLeft + 1_000_000, IDLE_POLL.toNanos()));
    }
    if (queues.values().stream().anyMatch(queue -> !queue.isSeated())) {
      return Duration.ZERO;
    }
    long now = System.nanoTime();
    long untilReady =
        queues.values().stream()
            .filter(this::hasWork)
            .mapToLong(queue -> untilReady(queue, now))
            .min()
            .orElse(IDLE_POLL.toNanos());
    return Duration.ofNanos(Math.clamp(untilReady, 0, IDLE_POLL.toNanos()));
  }

  private boolean hasWork(PartitionQueue queue) {
    return queue.size() > 0 && !queue.isHeld(fetched(queue));
  }

  /** A batch that can be filled is not waited for. */
  private long untilReady(PartitionQueue queue, long now) {
    return queue.size() >= queue.limit() ? 0 : options.linger().toNanos() - queue.ageNanos(now);
  }

  /** Live before backfill, then who waits longest. */
  private Optional<PartitionQueue> nextReady(long now) {
    return queues.values().stream()
        .filter(queue -> hasWork(queue) && untilReady(queue, now) <= 0)
        .min(
            Comparator.comparing((PartitionQueue queue) -> !queue.hasLive())
                .thenComparingLong(queue -> -queue.ageNanos(now)));
  }

  private ToLongFunction<Topic> fetched(PartitionQueue queue) {
    return topic -> consumer.position(queue.partition(topic));
  }

  private void apply(PartitionQueue queue) throws SQLException, InterruptedException {
    try {
      batches.apply(queue.next(fetched(queue)), batch -> committed(queue, batch));
    } catch (PositionsMovedException e) {
      log.warn("read again: {}", e.getMessage());
      metrics.rolledBack("positions-moved");
      queue.unseat();
    }
  }

  private void committed(PartitionQueue queue, Batch batch) {
    queue.done(batch);
    batch.after().forEach((topic, next) -> shown.reached(queue.partition(topic), next));
    patience.succeeded();
  }

  /**
   * A transaction's end takes an offset of its own. Where nothing else follows, the position is
   * moved past it, so that the lag is 0 and the log may be trimmed there.
   */
  private void advanceIdle() throws SQLException, InterruptedException {
    for (PartitionQueue queue : queues.values()) {
      if (queue.isSeated() && !hasWork(queue) && isBehind(queue)) {
        apply(queue);
      }
    }
  }

  private boolean isBehind(PartitionQueue queue) {
    return options.streams().stream()
        .anyMatch(
            topic ->
                queue.size(topic) == 0
                    && queue.isBehind(topic, consumer.position(queue.partition(topic))));
  }

  /** Finds out where each new partition number stands, and reads from there. */
  private void seatAll() throws SQLException {
    for (PartitionQueue queue : queues.values()) {
      if (!queue.isSeated()) {
        seats.seat(queue);
        patience.answered();
      }
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
}
