package dev.millrace.connectors.kafka;

import dev.millrace.atproto.retry.Backoff;
import dev.millrace.schema.event.CursorKey;
import dev.millrace.schema.event.CursorValue;
import dev.millrace.schema.event.EventCodec;
import dev.millrace.schema.topic.Topic;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the batches of one stream of one host, each with its cursor in one short Kafka transaction
 * (invariants 1 and 2).
 *
 * <p>{@link #open} and {@link #write} belong to one thread; {@link #ready} may be asked by any.
 *
 * <p>A failed transaction is tried again with the same batch for as long as Kafka is away: nothing
 * is dropped. Where the fate of a commit is unknown, the stream is taken over anew, which settles
 * it, and the cursor then tells: ours, it was committed; the one before, it was not; any other was
 * written by someone else, and this writer ends as fenced.
 */
public final class TransactionalWriter implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(TransactionalWriter.class);
  private static final Duration FIRST_WAIT = Duration.ofMillis(100);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);
  private static final Duration CLOSE_WAIT = Duration.ofSeconds(3);

  private final KafkaConnection kafka;
  private final CursorKey stream;
  private final CursorStore cursors;
  private final WriteSteps steps;
  private final Timer transactions;
  private final Counter retries;

  private @Nullable KafkaProducer<byte[], byte @Nullable []> producer;
  private byte @Nullable [] committed;
  private long begunNanos;
  private volatile boolean ready;

  public TransactionalWriter(
      KafkaConnection kafka, CursorKey stream, MeterRegistry meters, WriteSteps steps) {
    this.kafka = kafka;
    this.stream = stream;
    this.cursors = new CursorStore(kafka);
    this.steps = steps;
    this.transactions =
        Timer.builder("millrace.ingest.transaction")
            .description("from begin to committed")
            .tag("stream", stream.stream().word())
            .tag("host", stream.host())
            .register(meters);
    this.retries =
        Counter.builder("millrace.ingest.transaction.retries")
            .description("transactions that failed and were tried again")
            .tag("stream", stream.stream().word())
            .tag("host", stream.host())
            .register(meters);
  }

  /** The transactional id: one writer a stream and host, in the whole cluster. */
  public static String transactionalId(CursorKey stream) {
    CursorKey writer = stream.writer();
    return "millrace-" + writer.stream().word() + "-" + writer.host();
  }

  /**
   * Takes the stream over: every older writer of it is fenced, its unfinished transaction aborted.
   * Waits for Kafka as long as it is away.
   *
   * @return the cursor that was committed last, empty at the first start
   */
  public Optional<CursorValue> open() throws InterruptedException {
    retrying(
        "taking over",
        () -> {
          takeOver();
          committed = cursors.readBytes(stream).orElse(null);
        });
    return Optional.ofNullable(committed).map(EventCodec::decodeCursor);
  }

  /**
   * Returns when the batch is committed, whatever happens in between.
   *
   * @throws FencedException if another writer took the stream over; the batch was not committed
   */
  public void write(Batch batch) throws InterruptedException {
    steps.reached(WriteSteps.Step.BATCH_FILLED);
    retrying(
        "writing",
        () -> {
          if (producer == null) {
            takeOver();
            if (isAlreadyCommitted(batch)) {
              return;
            }
          }
          transact(batch);
        });
    if (batch.cursors().containsKey(stream)) {
      committed = batch.cursors().get(stream);
    }
    steps.reached(WriteSteps.Step.COMMITTED);
  }

  /** Whether the last call to Kafka went well. */
  public boolean ready() {
    return ready;
  }

  /** Aborts what is open. */
  @Override
  public void close() {
    discardProducer(CLOSE_WAIT);
  }

  /** Goes as a killed process does: nothing is aborted, nobody is told. */
  void abandon() {
    discardProducer(Duration.ZERO);
  }

  private void transact(Batch batch) {
    KafkaProducer<byte[], byte @Nullable []> current = producer;
    if (current == null) {
      throw new IllegalStateException("write before open");
    }
    begunNanos = System.nanoTime();
    current.beginTransaction();
    steps.reached(WriteSteps.Step.TRANSACTION_BEGUN);
    for (ProducerRecord<byte[], byte @Nullable []> record : batch.records()) {
      var _ = current.send(record);
    }
    steps.reached(WriteSteps.Step.EVENTS_SENT);
    for (Map.Entry<CursorKey, byte @Nullable []> cursor : batch.cursors().entrySet()) {
      var _ =
          current.send(
              new ProducerRecord<>(
                  Topic.INGEST_CURSORS.topicName(), cursor.getKey().toBytes(), cursor.getValue()));
    }
    steps.reached(WriteSteps.Step.CURSOR_SENT);
    // Flushes, and throws what any of the sends ran into; their futures say nothing more.
    current.commitTransaction();
    transactions.record(Duration.ofNanos(System.nanoTime() - begunNanos));
  }

  private void takeOver() {
    discardProducer(CLOSE_WAIT);
    KafkaProducer<byte[], byte @Nullable []> fresh =
        new KafkaProducer<>(
            kafka.transactionalProducer(transactionalId(stream)),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    try {
      fresh.initTransactions();
    } catch (RuntimeException e) {
      fresh.close(Duration.ZERO);
      throw e;
    }
    producer = fresh;
  }

  /** Nobody else writes between the take-over and this look, so the answer stays true. */
  private boolean isAlreadyCommitted(Batch batch) {
    byte[] found = cursors.readBytes(stream).orElse(null);
    if (Arrays.equals(found, committed)) {
      return false;
    }
    if (batch.cursors().containsKey(stream) && Arrays.equals(found, batch.cursors().get(stream))) {
      return true;
    }
    throw new FencedException(stream, "the cursor is not the one this writer left");
  }

  private void retrying(String doing, Runnable attempt) throws InterruptedException {
    Backoff backoff = new Backoff(FIRST_WAIT, LONGEST_WAIT, RandomGenerator.getDefault());
    while (true) {
      try {
        attempt.run();
        if (backoff.failures() > 0) {
          log.info("{}: Kafka answers again", stream);
        }
        ready = true;
        return;
      } catch (InterruptException e) {
        discardProducer(CLOSE_WAIT);
        InterruptedException interrupted = new InterruptedException(stream + ": " + doing);
        interrupted.initCause(e);
        throw interrupted;
      } catch (KafkaException e) {
        ready = false;
        discardAfter(e);
        retries.increment();
        Duration wait = backoff.next();
        log.warn("{}: {} failed, again in {} ms: {}", stream, doing, wait.toMillis(), e.toString());
        Thread.sleep(wait);
      }
    }
  }

  /** Every failure costs the producer; which kind it is decides whether there is a next one. */
  private void discardAfter(KafkaException failure) {
    if (isCausedBy(failure, ProducerFencedException.class)
        || isCausedBy(failure, InvalidProducerEpochException.class)) {
      discardProducer(Duration.ZERO);
      // The coordinator also fences a transaction that it timed out, as after a long outage. Then
      // the cursor decides; otherwise it was another writer.
      if (System.nanoTime() - begunNanos
          < Duration.ofMillis(KafkaConnection.TRANSACTION_TIMEOUT_MS).toNanos()) {
        throw new FencedException(stream, "its transactional id is in use elsewhere");
      }
      return;
    }
    discardProducer(CLOSE_WAIT);
    if (isCausedBy(failure, RecordTooLargeException.class)
        || isCausedBy(failure, AuthenticationException.class)
        || isCausedBy(failure, AuthorizationException.class)
        || isCausedBy(failure, UnsupportedVersionException.class)) {
      throw failure;
    }
  }

  private static boolean isCausedBy(Throwable failure, Class<? extends Throwable> kind) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (kind.isInstance(cause)) {
        return true;
      }
    }
    return false;
  }

  private void discardProducer(Duration wait) {
    KafkaProducer<byte[], byte @Nullable []> old = producer;
    producer = null;
    if (old != null) {
      try {
        old.close(wait);
      } catch (InterruptException e) {
        Thread.currentThread().interrupt();
      } catch (KafkaException e) {
        log.debug("{}: closing a producer that had failed", stream, e);
      }
    }
  }
}
