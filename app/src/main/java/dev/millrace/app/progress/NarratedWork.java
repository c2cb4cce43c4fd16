package dev.millrace.app.progress;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * How far work is that has words of its own for that: a bar in a terminal, lines elsewhere, each
 * when it is due. Owned by one thread.
 */
public final class NarratedWork implements AutoCloseable {
  private static final int REDRAW_MILLIS = 200;
  private static final int STEPS = 1_000;

  private final PrintWriter out;
  private final @Nullable ProgressBar bar;
  private final long everyUnits;
  private final long everyNanos;
  private long toldUnits;
  private long toldNanos = System.nanoTime();

  private NarratedWork(
      PrintWriter out, @Nullable ProgressBar bar, long everyUnits, Duration everyTime) {
    this.out = out;
    this.bar = bar;
    this.everyUnits = everyUnits;
    this.everyNanos = everyTime.toNanos();
  }

  /**
   * Shows nothing yet.
   *
   * @param name before the bar
   * @param everyUnits lines are due after so many units of work,
   * @param everyTime or after so long, if anything was done
   */
  public static NarratedWork on(PrintWriter out, String name, long everyUnits, Duration everyTime) {
    return new NarratedWork(out, Terminal.isThere() ? bar(name) : null, everyUnits, everyTime);
  }

  /** Lines, wherever it is. */
  static NarratedWork lines(PrintWriter out, long everyUnits, Duration everyTime) {
    return new NarratedWork(out, null, everyUnits, everyTime);
  }

  private static ProgressBar bar(String name) {
    return new ProgressBarBuilder()
        .setTaskName(name)
        .setInitialMax(STEPS)
        .setUpdateIntervalMillis(REDRAW_MILLIS)
        .setStyle(ProgressBarStyle.UNICODE_BLOCK)
        .hideEta()
        .continuousUpdate()
        .build();
  }

  /** A line for the operator, whatever else is shown. */
  public void say(String line) {
    if (bar != null) {
      // Over the bar, which is drawn again below.
      out.print("\r\u001b[K");
    }
    out.println(line);
    out.flush();
  }

  /**
   * Shows how far it is.
   *
   * @param units of work that are done
   * @param share that this is of all; 0 to 1
   * @param words behind the bar
   * @param lines in place of it
   */
  public void show(long units, double share, Supplier<String> words, Supplier<List<String>> lines) {
    if (bar != null) {
      bar.stepTo(Math.clamp((long) (share * STEPS), 0, STEPS));
      bar.setExtraMessage(words.get());
      return;
    }
    boolean isDue =
        units - toldUnits >= everyUnits
            || (units > toldUnits && System.nanoTime() - toldNanos >= everyNanos);
    if (isDue) {
      toldUnits = units;
      toldNanos = System.nanoTime();
      lines.get().forEach(this::say);
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
