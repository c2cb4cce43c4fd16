package dev.millrace.connectors.repolist;

import dev.millrace.connectors.kafka.Batch;

/** Where listings write: a writer of their own, or one that many hosts share. */
@FunctionalInterface
interface BatchSink {
  /** Returns when the batch is committed. */
  void write(Batch batch) throws InterruptedException;
}
