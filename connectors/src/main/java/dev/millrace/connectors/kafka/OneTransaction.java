package dev.millrace.connectors.kafka;

import java.time.Duration;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Writes what an operator asks for by a command: a few records in one Kafka transaction, all or
 * none, without a cursor. Unlike the producers it waits for no cluster: whoever typed the command
 * reads the answer.
 */
public final class OneTransaction {
  private static final Duration CLOSE_WAIT = Duration.ofSeconds(3);

  private OneTransaction() {}

  /**
   * Returns when the records are committed.
   *
   * @param transactionalId of the command; of two at once, one fails
   * @throws KafkaException if the cluster does not answer or refuses; then nothing is written,
   *     unless the message says that the commit's fate is unknown
   */
  public static void write(KafkaConnection kafka, String transactionalId, Batch batch) {
    if (!batch.cursors().isEmpty()) {
      throw new IllegalArgumentException("a cursor belongs to its stream's own writer");
    }
    KafkaProducer<byte[], byte @Nullable []> producer =
        new KafkaProducer<>(
            kafka.transactionalProducer(transactionalId),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    try {
      producer.initTransactions();
      producer.beginTransaction();
      for (ProducerRecord<byte[], byte @Nullable []> record : batch.records()) {
        var _ = producer.send(record);
      }
      // Flushes, and throws what any of the sends ran into; their futures say nothing more.
      producer.commitTransaction();
    } finally {
      producer.close(CLOSE_WAIT);
    }
  }
}
