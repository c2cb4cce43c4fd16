package dev.millrace.connectors.repolist;

import dev.millrace.connectors.ingest.PartThreads;
import dev.millrace.connectors.kafka.KafkaConnection;
import dev.millrace.schema.event.CursorKey;
import dev.millrace.schema.topic.Topic;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Measures what is before the backfiller, at intervals, for the gate. One thread's own. */
final class BacklogGauge {
  private static final Logger log = LoggerFactory.getLogger(BacklogGauge.class);

  private final CursorKey stream;
  private final RepoListOptions options;
  private final KafkaConnection kafka;
  private final HighWaterGate gate;
  private final PartThreads threads;

  BacklogGauge(
      CursorKey stream,
      RepoListOptions options,
      KafkaConnection kafka,
      HighWaterGate gate,
      PartThreads threads) {
    this.stream = stream;
    this.options = options;
    this.kafka = kafka;
    this.gate = gate;
    this.threads = threads;
  }

  void run() throws InterruptedException {
    try (Backlog backlog = new Backlog(kafka, Topic.REPO_BACKFILL, options.backfillerGroup())) {
      while (!threads.isStopping()) {
        try {
          gate.measured(backlog.measure());
        } catch (KafkaException e) {
          log.warn("{}: the backlog cannot be measured: {}", stream, e.toString());
        }
        threads.sleep(options.measureEvery());
      }
    }
  }
}
