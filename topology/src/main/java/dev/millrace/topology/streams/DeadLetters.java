package dev.millrace.topology.streams;

import dev.millrace.schema.event.DeadLetter;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/** Dead letters as records for the sink node: in the transaction of what led to them. */
public final class DeadLetters {
  private DeadLetters() {}

  // A letter may have neither key nor value, which Kafka's types do not say.
  @SuppressWarnings({"NullAway", "unchecked"})
  public static <V> Record<byte[], V> record(DeadLetter letter, long timestamp) {
    ProducerRecord<byte[], byte @Nullable []> record = letter.toRecord();
    return new Record<>(record.key(), (V) record.value(), timestamp, record.headers());
  }
}
