package dev.millrace.app.command;

import dev.millrace.app.progress.NarratedWork;
import dev.millrace.connectors.window.MemoryBrake;
import dev.millrace.connectors.window.WindowEnd;
import dev.millrace.connectors.window.WindowException;
import dev.millrace.connectors.window.WindowListener;
import dev.millrace.connectors.window.WindowProgress;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells of a windowed backfill in the lines that operators know. Owned by one thread. */
final class BackfillReport implements WindowListener {
  private static final String TAG = "[BACKFILL] ";

  private final NarratedWork task;
  private final MemoryBrake memory;
  private final boolean isMemoryLimited;
  private @Nullable String held;
  private WindowProgress last = new WindowProgress(0, 0, 0, 0, null, 0, 0, 0, null, Duration.ZERO);

  BackfillReport(NarratedWork task, MemoryBrake memory, boolean isMemoryLimited) {
    this.task = task;
    this.memory = memory;
    this.isMemoryLimited = isMemoryLimited;
  }

  @Override
  public void note(String text) {
    task.say(TAG + text);
  }

  @Override
  public void progress(WindowProgress now) {
    last = now;
    String holding = now.holding();
    // Told when it begins, and when something else holds it; not each time the number changes.
    if (holding != null && held == null) {
      task.say(TAG + "Waiting: " + holding);
    }
    held = holding;
    task.show(now.received(), now.share(), () -> words(now), () -> lines(now));
  }

  private static String words(WindowProgress now) {
    Duration left = now.left();
    return "%,d received, %,d processed, %,d skipped (%,.0f evt/s)%s%s%s"
        .formatted(
            now.received(),
            now.processed(),
            now.skipped(),
            now.rate(),
            now.eventTime() == null
                ? ""
                : ", at " + now.eventTime().truncatedTo(ChronoUnit.SECONDS),
            left == null ? "" : ", left " + human(left),
            now.holding() == null ? "" : ", waiting: " + now.holding());
  }

  private List<String> lines(WindowProgress now) {
    List<String> lines = new ArrayList<>();
    lines.add(
        TAG
            + "Progress: %d received, %d processed, %d skipped (%.0f evt/s)"
                .formatted(now.received(), now.processed(), now.skipped(), now.rate()));
    lines.add(
        TAG
            + (isMemoryLimited
                ? "Memory: %dMB / %dMB limit".formatted(memory.usedMib(), memory.limitMib())
                : "Memory: %dMB".formatted(memory.usedMib())));
    Duration left = now.left();
    lines.add(
        TAG
            + "Window: %.1f %% done%s%s"
                .formatted(
                    now.share() * 100,
                    now.eventTime() == null
                        ? ""
                        : ", events of " + now.eventTime().truncatedTo(ChronoUnit.SECONDS),
                    left == null ? "" : ", about %s left".formatted(human(left))));
    return lines;
  }

  void ended(WindowEnd end) {
    summary(
        end.isComplete()
            ? "Complete"
            : end.isFinished() ? "Finished, but not complete" : "Stopped, not complete",
        end.progress());
    for (String gap : end.gaps()) {
      task.say(
          TAG
              + "Gap: %s. What is missing comes by the repo backfill: millrace run, or millrace repos"
                  .formatted(gap)
              + " reconcile");
    }
    if (!end.isFinished()) {
      task.say(TAG + "The same command goes on with it, as does --resume");
    }
  }

  void failed(WindowException e) {
    task.say(TAG + "Failed: " + e.getMessage());
    summary("Failed, not complete", last);
  }

  private void summary(String how, WindowProgress end) {
    task.say(
        TAG
            + "%s: %d received, %d processed, %d skipped, %d failed in %s (%.0f evt/s)"
                .formatted(
                    how,
                    end.received(),
                    end.processed(),
                    end.skipped(),
                    end.failed(),
                    human(end.elapsed()),
                    end.rate()));
  }

  private static String human(Duration time) {
    long seconds = time.toSeconds();
    return seconds < 3_600
        ? "%d:%02d".formatted(seconds / 60, seconds % 60)
        : "%d:%02d:%02d".formatted(seconds / 3_600, seconds / 60 % 60, seconds % 60);
  }
}
