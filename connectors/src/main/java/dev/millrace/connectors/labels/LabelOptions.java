package dev.millrace.connectors.labels;

import dev.millrace.connectors.ingest.BatchLimits;
import dev.millrace.connectors.ingest.ServiceHost;
import org.jspecify.annotations.Nullable;

/**
 * How a labeler is read.
 *
 * @param labeler whom to subscribe to
 * @param firstCursor where to begin if no cursor is committed: 0, the labeler's first label, unless
 *     the operator says otherwise; null is its tip
 * @param batches how frames are cut into transactions
 */
public record LabelOptions(ServiceHost labeler, @Nullable Long firstCursor, BatchLimits batches) {
  public LabelOptions {
    if (firstCursor != null && firstCursor < 0) {
      throw new IllegalArgumentException("cursor is " + firstCursor + ", must be 0 or above");
    }
  }

  public static LabelOptions of(ServiceHost labeler) {
    return new LabelOptions(labeler, 0L, BatchLimits.DEFAULT);
  }
}
