package dev.millrace.app.oracle;

import dev.millrace.connectors.kafka.WriteSteps;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The places between two durable writes at which a part is killed, in the order of the flow. */
enum CrashPoint {
  FIREHOSE_BEFORE_KAFKA_TRANSACTION(Victim.FIREHOSE, WriteSteps.Step.BATCH_FILLED),
  FIREHOSE_TRANSACTION_BEGUN(Victim.FIREHOSE, WriteSteps.Step.TRANSACTION_BEGUN),
  FIREHOSE_BEFORE_CURSOR_WRITE(Victim.FIREHOSE, WriteSteps.Step.EVENTS_SENT),
  FIREHOSE_BEFORE_KAFKA_COMMIT(Victim.FIREHOSE, WriteSteps.Step.CURSOR_SENT),
  FIREHOSE_AFTER_KAFKA_TRANSACTION(Victim.FIREHOSE, WriteSteps.Step.COMMITTED),
  LABELS_BEFORE_KAFKA_TRANSACTION(Victim.LABELS, WriteSteps.Step.BATCH_FILLED),
  LABELS_TRANSACTION_BEGUN(Victim.LABELS, WriteSteps.Step.TRANSACTION_BEGUN),
  LABELS_BEFORE_CURSOR_WRITE(Victim.LABELS, WriteSteps.Step.EVENTS_SENT),
  LABELS_BEFORE_KAFKA_COMMIT(Victim.LABELS, WriteSteps.Step.CURSOR_SENT),
  LABELS_AFTER_KAFKA_TRANSACTION(Victim.LABELS, WriteSteps.Step.COMMITTED),
  LISTING_BEFORE_KAFKA_TRANSACTION(Victim.LISTING, WriteSteps.Step.BATCH_FILLED),
  LISTING_TRANSACTION_BEGUN(Victim.LISTING, WriteSteps.Step.TRANSACTION_BEGUN),
  LISTING_BEFORE_CURSOR_WRITE(Victim.LISTING, WriteSteps.Step.EVENTS_SENT),
  LISTING_BEFORE_KAFKA_COMMIT(Victim.LISTING, WriteSteps.Step.CURSOR_SENT),
  LISTING_AFTER_KAFKA_TRANSACTION(Victim.LISTING, WriteSteps.Step.COMMITTED),
  /** Some events of a snapshot are sent, the one that closes it is not. */
  DURING_EXPANSION(Victim.BACKFILLER, null),
  /** A snapshot is sent to its end, the positions are not in the transaction yet. */
  AFTER_EXPANSION(Victim.BACKFILLER, null),
  BACKFILLER_BEFORE_KAFKA_COMMIT(Victim.BACKFILLER, null),
  BACKFILLER_AFTER_KAFKA_COMMIT(Victim.BACKFILLER, null),
  TRACKER_BEFORE_KAFKA_COMMIT(Victim.TRACKER, null),
  TRACKER_AFTER_KAFKA_COMMIT(Victim.TRACKER, null),
  BEFORE_POSTGRES_COMMIT(Victim.INDEXER, null),
  /** Rows and positions are committed, the offsets that Kafka shows are not. */
  AFTER_POSTGRES_COMMIT(Victim.INDEXER, null),
  /** What was taken from the queue is derived. */
  BEFORE_DERIVE_COMMIT(Victim.INDEXER, null),
  AFTER_DERIVE_COMMIT(Victim.INDEXER, null);

  /** Who dies. */
  enum Victim {
    FIREHOSE,
    LABELS,
    LISTING,
    BACKFILLER,
    TRACKER,
    INDEXER
  }

  private final Victim victim;
  private final WriteSteps.@Nullable Step step;

  CrashPoint(Victim victim, WriteSteps.@Nullable Step step) {
    this.victim = victim;
    this.step = step;
  }

  Victim victim() {
    return victim;
  }

  static List<CrashPoint> of(Victim victim) {
    return Arrays.stream(values()).filter(point -> point.victim == victim).toList();
  }

  /** What lets a producer die at its points. */
  static WriteSteps steps(Victim victim, Kills kills) {
    List<CrashPoint> points = of(victim);
    return step -> points.stream().filter(point -> point.step == step).forEach(kills::reached);
  }
}
