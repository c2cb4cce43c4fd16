package dev.millrace.app.progress;

import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * How far work is whose parts are counted: a bar with rate and time left on a terminal's standard
 * error, plain lines at intervals elsewhere. Owned by one thread.
 */
public final class CountedWork implements AutoCloseable {
  /** Where the end of the work is not known. */
  public static final long UNKNOWN = -1;

  private static final Duration LINES_EVERY = Duration.ofSeconds(10);
  private static final int BAR_MILLIS = 500;

  private final String task;
  private final String unit;
  private final long total;
  private final PrintWriter lines;
  private final Duration linesEvery;
  private final @Nullable ProgressBar bar;
  private final long startedNanos = System.nanoTime();
  private long toldNanos = startedNanos;

  private CountedWork(
      String task,
      String unit,
      long total,
      PrintWriter lines,
      Duration linesEvery,
      boolean hasTerminal) {
    this.task = task;
    this.unit = unit;
    this.total = total;
    this.lines = lines;
    this.linesEvery = linesEvery;
    this.bar = hasTerminal ? bar() : null;
  }

  /**
   * Begins.
   *
   * @param unit what is counted, in the plural
   * @param total about how many there are; {@link #UNKNOWN}
   * @param lines where lines go if standard error is no terminal
   */
  public static CountedWork start(String task, String unit, long total, PrintWriter lines) {
    return new CountedWork(task, unit, total, lines, LINES_EVERY, Terminal.isThere());
  }

  static CountedWork ofLines(
      String task, String unit, long total, PrintWriter lines, Duration linesEvery) {
    return new CountedWork(task, unit, total, lines, linesEvery, false);
  }

  private ProgressBar bar() {
    return new ProgressBarBuilder()
        .setTaskName(task)
        .setInitialMax(total)
        .setUnit(" " + unit, 1)
        .setStyle(ProgressBarStyle.UNICODE_BLOCK)
        .setUpdateIntervalMillis(BAR_MILLIS)
        .showSpeed()
        .build();
  }

  /**
   * So many are done.
   *
   * @param more what else is to be said; may be empty
   */
  public void at(long done, String more) {
    if (bar != null) {
      if (total > 0 && done > total) {
        bar.maxHint(done);
      }
      bar.stepTo(done);
      bar.setExtraMessage(more);
      return;
    }
    long now = System.nanoTime();
    if (now - toldNanos >= linesEvery.toNanos()) {
      toldNanos = now;
      lines.println(line(done, more, now));
      lines.flush();
    }
  }

  private String line(long done, String more, long now) {
    double seconds = Math.max(1e-3, (now - startedNanos) / 1e9);
    StringBuilder line = new StringBuilder();
    line.append("%s: %,d".formatted(task, done));
    if (total > 0) {
      line.append(" of %,d".formatted(total));
    }
    line.append(" %s (%,.0f/s)".formatted(unit, done / seconds));
    if (total > 0 && done > 0) {
      long left = (long) (Math.max(0, total - done) * seconds / done);
      line.append(", done at ")
          .append(Instant.now().plusSeconds(left).toString(), 0, 19)
          .append('Z');
    }
    return more.isEmpty() ? line.toString() : line.append(", ").append(more).toString();
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
