package dev.millrace.connectors.ingest;

import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** A running producer. Safe for use by several threads. */
public interface IngestPart {
  /** For example {@code firehose:bsky.network}. */
  String name();

  /** Whether it is connected and its last batch was written; false while it waits for a host. */
  boolean ready();

  /** Completes when the part has stopped: normally if it was closed, else with what it died of. */
  CompletionStage<Void> ended();

  /**
   * Stops reading, lets the transaction in hand end, and stops all threads.
   *
   * @return whether everything had stopped within the limit; what had not was interrupted
   */
  boolean close(Duration limit);
}
