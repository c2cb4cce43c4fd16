package dev.millrace.connectors.sink;

import dev.millrace.schema.topic.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/**
 * How much is read before it is applied: a topic's partition is paused while a batch's worth of it
 * waits, or while all that waits is too large and this one has its part in it; backfill also while
 * what it left to derive is too much. Owned by the consumer's thread.
 */
final class ReadAhead {
  private final Consumer<byte[], byte[]> consumer;
  private final Map<String, Topic> topics;
  private final int batchSize;
  private final long maxBytes;
  private final BooleanSupplier isBackfillHeld;

  /**
   * @param maxBytes of all partitions together; a read may exceed it once by what one fetch brings
   */
  ReadAhead(
      Consumer<byte[], byte[]> consumer,
      Map<String, Topic> topics,
      int batchSize,
      long maxBytes,
      BooleanSupplier isBackfillHeld) {
    this.consumer = consumer;
    this.topics = topics;
    this.batchSize = batchSize;
    this.maxBytes = maxBytes;
    this.isBackfillHeld = isBackfillHeld;
  }

  /**
   * Pauses what has enough queued, and all while the worker holds still; resumes the rest.
   *
   * @param queues by partition number
   */
  void balance(Map<Integer, PartitionQueue> queues, boolean isHolding) {
    boolean isFull = queues.values().stream().mapToLong(PartitionQueue::bytes).sum() >= maxBytes;
    boolean holdsBackfill = isBackfillHeld.getAsBoolean();
    List<TopicPartition> pause = new ArrayList<>();
    List<TopicPartition> resume = new ArrayList<>();
    for (TopicPartition partition : consumer.assignment()) {
      PartitionQueue queue = queues.get(partition.partition());
      Topic topic = topics.get(partition.topic());
      if (queue == null || topic == null) {
        continue;
      }
      int queued = queue.size(topic);
      boolean hasEnough = queued >= batchSize || (isFull && queued > 0);
      boolean isHeld = isHolding || (holdsBackfill && topic == Topic.FIREHOSE_BACKFILL);
      if (isHeld || !queue.isSeated() || hasEnough) {
        pause.add(partition);
      } else {
        resume.add(partition);
      }
    }
    consumer.pause(pause);
    consumer.resume(resume);
  }
}
