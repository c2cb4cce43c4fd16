package dev.millrace.connectors.window;

import dev.millrace.schema.event.CursorKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A window of one relay's firehose, cut into stretches; stays as it is until it is finished.
 *
 * @param asked what the operator wanted
 * @param begun when it was decided on
 */
record WindowPlan(
    String service,
    String relay,
    String asked,
    Instant begun,
    boolean finished,
    List<WindowRange> ranges) {
  WindowPlan {
    ranges = List.copyOf(ranges);
  }

  /**
   * Cuts into as many stretches as there are workers.
   *
   * @param oldest a number below which the relay has nothing, so that the first stretch is not an
   *     empty one
   */
  static List<WindowRange> cut(long start, long end, long oldest, int workers) {
    List<WindowRange> ranges = new ArrayList<>();
    long from = Math.max(start, Math.min(oldest, end));
    long count = Math.clamp(end - from, 1, workers);
    long begin = start;
    for (int i = 0; i < count; i++) {
      long stop = i == count - 1 ? end : from + (end - from) / count * (i + 1);
      ranges.add(WindowRange.unread(i, begin, Math.max(begin, from), stop));
      begin = stop;
    }
    return ranges;
  }

  long start() {
    return ranges.getFirst().start();
  }

  long end() {
    return ranges.getLast().end();
  }

  /** Under which {@code ingest_cursors} holds how far a stretch is read, with its events. */
  CursorKey key(WindowRange range) {
    return CursorKey.ofRange(relay, service + "-" + begun.toEpochMilli(), range.number());
  }
}
