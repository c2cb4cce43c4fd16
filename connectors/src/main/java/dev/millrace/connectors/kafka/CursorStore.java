package dev.millrace.connectors.kafka;

import dev.millrace.schema.event.BadSpot;
import dev.millrace.schema.event.CursorKey;
import dev.millrace.schema.event.CursorValue;
import dev.millrace.schema.event.EventCodec;
import dev.millrace.schema.topic.Topic;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.common.KafkaException;

/**
 * The committed cursors, as {@code ingest_cursors} holds them.
 *
 * <p>Safe for use by several threads: each call has clients of its own.
 */
public final class CursorStore {
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

  /** The bad spots of every listing, sorted by key. */
  public SortedMap<CursorKey, BadSpot> spots() {
    SortedMap<CursorKey, BadSpot> spots = new TreeMap<>(Comparator.comparing(CursorKey::toString));
    readAll()
        .forEach(
            (key, value) -> {
              if (key.stream() == CursorKey.Stream.SPOT) {
                spots.put(key, EventCodec.decodeSpot(value));
              }
            });
    return spots;
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

  /** The same of many, in one transaction a writer. */
  public void reset(Collection<CursorKey> keys, MeterRegistry meters) throws InterruptedException {
    Map<CursorKey, Batch> batches = new LinkedHashMap<>();
    for (CursorKey key : keys) {
      batches.computeIfAbsent(key.writer(), writer -> new Batch()).forget(key);
    }
    for (Map.Entry<CursorKey, Batch> batch : batches.entrySet()) {
      takeOverAndWrite(batch.getKey(), batch.getValue(), meters);
    }
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
    Map<CursorKey, byte[]> newest = new HashMap<>();
    WholeTopic.read(
        kafka,
        Topic.INGEST_CURSORS,
        cursor -> {
          CursorKey key = CursorKey.parse(cursor.key());
          if (cursor.value() == null) {
            newest.remove(key);
          } else {
            newest.put(key, cursor.value());
          }
        });
    return newest;
  }
}
