package dev.millrace.connectors.window;

import dev.millrace.connectors.firehose.Tally;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Where the stretches of a window stand in this process, and what was counted. Safe for use by
 * several threads, by its own monitor; nothing is waited for under it.
 */
final class WindowState {
  private final NavigableMap<Integer, WindowRange> ranges = new TreeMap<>();
  private final long startNanos = System.nanoTime();
  private final double shareAtStart;
  private long received;
  private long processed;
  private long skipped;
  private long failed;

  WindowState(List<WindowRange> known) {
    known.forEach(range -> ranges.put(range.number(), range));
    shareAtStart = share();
  }

  /** The next stretch that nobody reads, lowest first. */
  synchronized List<WindowRange> unfinished() {
    return ranges.values().stream().filter(range -> !range.finished()).toList();
  }

  synchronized void put(WindowRange range) {
    ranges.put(range.number(), range);
  }

  synchronized void count(int frames, Tally tally) {
    received += frames;
    processed += tally.processed();
    skipped += tally.skipped();
    failed += tally.failed();
  }

  synchronized List<String> gaps() {
    return ranges.values().stream().map(WindowRange::gap).filter(Objects::nonNull).toList();
  }

  /** Up to where nothing is unread: the lowest unfinished stretch's cursor. */
  synchronized WindowRange lowest() {
    return ranges.values().stream()
        .filter(range -> !range.finished())
        .findFirst()
        .orElseGet(() -> ranges.lastEntry().getValue());
  }

  /** The time of the newest event below {@link #lowest}. */
  synchronized @Nullable Instant eventTime() {
    Instant time = null;
    for (WindowRange range : ranges.values()) {
      time = range.eventTime() == null ? time : range.eventTime();
      if (!range.finished()) {
        return time;
      }
    }
    return time;
  }

  /** Stretches count alike: they are. */
  private double share() {
    return ranges.values().stream().mapToDouble(WindowRange::share).average().orElse(1);
  }

  synchronized WindowProgress progress(@Nullable String holding) {
    return new WindowProgress(
        received,
        processed,
        skipped,
        failed,
        eventTime(),
        lowest().cursor(),
        share(),
        shareAtStart,
        holding,
        Duration.ofNanos(System.nanoTime() - startNanos));
  }
}
