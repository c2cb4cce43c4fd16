package dev.millrace.connectors.kafka;

import dev.millrace.schema.event.BadSpot;
import dev.millrace.schema.event.CursorKey;
import dev.millrace.schema.event.CursorValue;
import dev.millrace.schema.event.DeadLetter;
import dev.millrace.schema.event.EventCodec;
import dev.millrace.schema.event.LetterMark;
import dev.millrace.schema.topic.Topic;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * What one transaction holds: records in order, and the cursors that say they were read.
 *
 * <p>Filled by one thread, then handed to {@link TransactionalWriter#write}; not changed after
 * that, for a failed transaction is tried again with the same batch.
 */
public final class Batch {
  private final List<ProducerRecord<byte[], byte @Nullable []>> records = new ArrayList<>();
  private final Map<CursorKey, byte @Nullable []> cursors = new LinkedHashMap<>();

  public void add(Topic topic, String key, byte[] value) {
    records.add(new ProducerRecord<>(topic.topicName(), Topic.key(key), value));
  }

  /** Forgets the value of a key of a compacted topic. */
  public void forget(Topic topic, String key) {
    records.add(new ProducerRecord<>(topic.topicName(), Topic.key(key), null));
  }

  public void add(DeadLetter letter) {
    records.add(letter.toRecord());
  }

  /** All that another holds, behind what is here. */
  public void add(Batch other) {
    records.addAll(other.records);
    cursors.putAll(other.cursors);
  }

  /** Settles a letter of a partition of {@code dead_letters}. */
  public void add(int partition, LetterMark mark) {
    records.add(mark.toRecord(partition));
  }

  /** The last one given for a key counts. */
  public void cursor(CursorKey key, CursorValue value) {
    cursors.put(key, EventCodec.encode(value));
  }

  /** Records a bad spot of a listing under its key, over what was recorded there. */
  public void spot(CursorKey key, BadSpot spot) {
    cursors.put(key, EventCodec.encode(spot));
  }

  /** Forgets the cursor of a key. */
  public void forget(CursorKey key) {
    cursors.put(key, null);
  }

  public boolean isEmpty() {
    return records.isEmpty() && cursors.isEmpty();
  }

  /** Records without the cursors. */
  public int size() {
    return records.size();
  }

  List<ProducerRecord<byte[], byte @Nullable []>> records() {
    return Collections.unmodifiableList(records);
  }

  Map<CursorKey, byte @Nullable []> cursors() {
    return Collections.unmodifiableMap(cursors);
  }
}
