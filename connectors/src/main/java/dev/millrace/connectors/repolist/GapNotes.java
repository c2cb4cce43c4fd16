package dev.millrace.connectors.repolist;

import java.time.Instant;

/** Whether a firehose had a gap, so that what is listed is to be compared anew. */
@FunctionalInterface
interface GapNotes {
  /**
   * Looks it up.
   *
   * @throws org.apache.kafka.common.KafkaException if the cluster does not answer
   */
  boolean hasGapSince(Instant time);
}
