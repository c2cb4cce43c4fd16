package dev.millrace.connectors.kafka;

import dev.millrace.schema.event.CursorKey;
import dev.millrace.schema.event.CursorValue;
import dev.millrace.schema.event.EventCodec;
import dev.millrace.schema.topic.Topic;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The committed cursors, as {@code ingest_cursors} holds them.
 *
 * <p>A read goes to the end that the topic had when it began, past every transaction that was open
 * then: a cursor behind another writer's unfinished transaction is not overlooked. It therefore
 * waits for such a transaction, at most as long as one may last.
 *
 * <p>Safe for use by several threads: each call has clients of its own.
 */
public final class CursorStore {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration READ_LIMIT =
      Duration.ofMillis(2L * KafkaConnection.TRANSACTION_TIMEOUT_MS);

  private final KafkaConnection kafka;

  public CursorStore(KafkaConnection kafka) {
    this.kafka = kafka;
  }

  /**
   * Every cursor, sorted by key.
   *
   * @throws KafkaException if the cluster does not answer; asking again is safe
   */
  public SortedMap<CursorKey, CursorValue> list() {
    SortedMap<CursorKey, CursorValue> cursors =
        new TreeMap<>(Comparator.comparing(CursorKey::toString));
    readAll().forEach((key, value) -> cursors.put(key, EventCodec.decodeCursor(value)));
    return cursors;
  }

  public Optional<CursorValue> read(CursorKey key) {
    return readBytes(key).map(EventCodec::decodeCursor);
  }

  /**
   * Sets a cursor under the stream's own transactional id: a running producer of the stream is
   * fenced and exits at its next write, instead of overwriting what was set.
   */
  public void set(CursorKey key, CursorValue value, MeterRegistry meters)
      throws InterruptedException {
    Batch batch = new Batch();
    batch.cursor(key, value);
    takeOverAndWrite(key, batch, meters);
  }

  /** Forgets a cursor, so that the next start is a first start; fences like {@link #set}. */
  public void reset(CursorKey key, MeterRegistry meters) throws InterruptedException {
    Batch batch = new Batch();
    batch.forget(key);
    takeOverAndWrite(key, batch, meters);
  }

  private void takeOverAndWrite(CursorKey key, Batch batch, MeterRegistry meters)
      throws InterruptedException {
    try (TransactionalWriter writer =
        new TransactionalWriter(kafka, key, meters, WriteSteps.NONE)) {
      writer.open();
      writer.write(batch);
    }
  }

  Optional<byte[]> readBytes(CursorKey key) {
    return Optional.ofNullable(readAll().get(key));
  }

  private Map<CursorKey, byte[]> readAll() {
    String topic = Topic.INGEST_CURSORS.topicName();
    Map<CursorKey, byte[]> newest = new HashMap<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            kafka.committedReader(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      Map<TopicPartition, Long> ends = ends(partitions);
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      long deadline = System.nanoTime() + READ_LIMIT.toNanos();
      while (!reached(consumer, ends)) {
        if (System.nanoTime() > deadline) {
          throw new TimeoutException(
              topic + " could not be read to its end within " + READ_LIMIT.toSeconds() + " s");
        }
        for (ConsumerRecord<byte[], byte[]> cursor : consumer.poll(POLL)) {
          CursorKey key = CursorKey.parse(cursor.key());
          if (cursor.value() == null) {
            newest.remove(key);
          } else {
            newest.put(key, cursor.value());
          }
        }
      }
    }
    return newest;
  }

  /** The ends with what is not committed yet, unlike a read_committed consumer's own. */
  private Map<TopicPartition, Long> ends(List<TopicPartition> partitions) {
    try (Admin admin = Admin.create(kafka.admin())) {
      return admin
          .listOffsets(
              partitions.stream()
                  .collect(Collectors.toMap(partition -> partition, p -> OffsetSpec.latest())))
          .all()
          .get()
          .entrySet()
          .stream()
          .collect(Collectors.toMap(Map.Entry::getKey, end -> end.getValue().offset()));
    } catch (ExecutionException e) {
      throw new KafkaException("the ends of " + Topic.INGEST_CURSORS.topicName(), e.getCause());
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  private static boolean reached(KafkaConsumer<?, ?> consumer, Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream()
        .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
  }
}
