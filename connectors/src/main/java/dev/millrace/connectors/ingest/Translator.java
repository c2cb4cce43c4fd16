package dev.millrace.connectors.ingest;

import dev.millrace.connectors.kafka.Batch;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns what a stream brings into batches. All calls come from one thread, in the stream's order;
 * batches are committed in the order in which they were made.
 */
public interface Translator extends AutoCloseable {
  /**
   * The first call.
   *
   * @param cursor the last sequence number that is committed; null if the stream begins at its tip
   */
  void startAfter(@Nullable Long cursor);

  /**
   * Everything that comes of these, with the cursor behind them.
   *
   * @param received in order; none if nothing came for a moment, so that work that was put off can
   *     still get into a batch
   */
  Batch translate(List<Received> received) throws InterruptedException;

  /** The last batch: what must not be forgotten before the part stops. */
  Batch finish();

  /** The last call, however the stream ended: frees threads. */
  @Override
  default void close() {}
}
