package dev.millrace.connectors.sink;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The sink's meters, and what the log says of dead letters. Safe for use by several threads.
 *
 * <ul>
 *   <li>{@code millrace.sink.events} by topic, type and outcome (applied, stale, covered, …)
 *   <li>{@code millrace.sink.dead.letters} by reason and collection (of a record; other if the
 *       AppView does not know it, none if it is no record)
 *   <li>{@code millrace.sink.batch.events}, {@code millrace.sink.transaction}: size and time of
 *       committed batches
 *   <li>{@code millrace.sink.rollbacks} by cause
 *   <li>{@code millrace.sink.foreign.offsets} by topic: the group's offsets, set by somebody else
 *   <li>{@code millrace.sink.waiting}: workers that wait for the database or the cluster
 * </ul>
 */
final class SinkMetrics {
  private final MeterRegistry registry;
  private final DistributionSummary batchEvents;
  private final Timer transactions;
  private final AtomicInteger waiting = new AtomicInteger();
  private final DeadLetterLog log = new DeadLetterLog(System::nanoTime);

  SinkMetrics(MeterRegistry registry) {
    this.registry = registry;
    this.batchEvents = registry.summary("millrace.sink.batch.events");
    this.transactions = registry.timer("millrace.sink.transaction");
    registry.gauge("millrace.sink.waiting", waiting);
  }

  void committed(int events, Effects effects, Duration took) {
    batchEvents.record(events);
    transactions.record(took);
    effects
        .counts()
        .forEach(
            (count, n) ->
                registry
                    .counter(
                        "millrace.sink.events",
                        "topic",
                        count.topic().topicName(),
                        "type",
                        count.type(),
                        "outcome",
                        count.outcome().label())
                    .increment(n));
    effects
        .letters()
        .forEach(
            letter -> {
              registry
                  .counter(
                      "millrace.sink.dead.letters",
                      "reason",
                      letter.reason(),
                      "collection",
                      letter.collection())
                  .increment();
              log.written(letter);
            });
  }

  void rolledBack(String cause) {
    registry.counter("millrace.sink.rollbacks", "cause", cause).increment();
  }

  void foreignOffset(String topic) {
    registry.counter("millrace.sink.foreign.offsets", "topic", topic).increment();
  }

  void waits(boolean isWaiting) {
    waiting.addAndGet(isWaiting ? 1 : -1);
  }
}
