package dev.millrace.connectors.sink;

import dev.millrace.connectors.sink.sql.SqlFailure;
import java.sql.SQLException;
import java.util.function.Consumer;
import org.jooq.exception.DataAccessException;

/**
 * Applies a batch even if the database refuses one of its events: halves it until that event is
 * alone, sets it aside, and goes on with the rest of the same batch. A batch of n events takes
 * about 2 log n transactions more for each such event. Owned by one worker's thread.
 */
final class PoisonSearch {
  /** Then the worker polls again, so that its group keeps it; the rest is still in the queue. */
  private static final int MAX_SET_ASIDE = 50;

  private final BatchWriter writer;
  private final SinkMetrics metrics;

  PoisonSearch(BatchWriter writer, SinkMetrics metrics) {
    this.writer = writer;
    this.metrics = metrics;
  }

  /**
   * Applies a batch, or its first events.
   *
   * @param committed is told of each part as soon as it is committed
   * @throws SQLException or a RuntimeException that wraps one, if it is not the data that is
   *     refused; what was committed before stays so
   */
  void apply(Batch batch, Consumer<Batch> committed)
      throws SQLException, PositionsMovedException, InterruptedException {
    Batch left = batch;
    int setAside = 0;
    // How many of the first events that are left are known to hold a refused one; 0: not known.
    int suspects = 0;
    do {
      Batch part = left.first(suspects == 0 ? left.size() : Math.max(1, suspects / 2));
      Batch done;
      try {
        done = writer.write(part);
        suspects = Math.max(0, suspects - done.size());
      } catch (SQLException | DataAccessException e) {
        SQLException refusal = SqlFailure.in(e);
        if (refusal == null || SqlFailure.of(e) != SqlFailure.POISON) {
          throw e;
        }
        metrics.rolledBack("poison");
        if (part.size() == 0) {
          throw new IllegalStateException("positions alone are refused", e);
        }
        if (part.size() > 1) {
          suspects = part.size();
          continue;
        }
        done = writer.setAside(part, refusal);
        setAside++;
        suspects = 0;
      }
      committed.accept(done);
      left = left.after(done);
    } while (left.size() > 0 && (suspects > 0 || setAside > 0) && setAside < MAX_SET_ASIDE);
  }
}
