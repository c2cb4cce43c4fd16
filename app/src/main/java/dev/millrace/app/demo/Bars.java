package dev.millrace.app.demo;

import dev.millrace.app.run.Progress;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Two bars: repos fetched of those there are, events indexed of those that have come. */
final class Bars implements Display {
  private static final int REDRAW_MILLIS = 200;

  private final ProgressBar repos = bar("repos");
  private final ProgressBar events = bar("indexed");

  @Override
  public void show(Progress progress, long total, long left) {
    repos.maxHint(total);
    repos.stepTo(Math.min(total, progress.fetched() + progress.inactive()));
    repos.setExtraMessage(
        "%,d records, %,d in hand".formatted(progress.records(), progress.pending()));
    events.maxHint(progress.indexed() + left);
    events.stepTo(progress.indexed());
    events.setExtraMessage(
        "%,d live frames, %,d labels".formatted(progress.frames(), progress.labels()));
  }

  @Override
  public void close() {
    repos.close();
    events.close();
  }

  private static ProgressBar bar(String name) {
    return new ProgressBarBuilder()
        .setTaskName(name)
        .setInitialMax(1)
        .setUpdateIntervalMillis(REDRAW_MILLIS)
        .setStyle(ProgressBarStyle.UNICODE_BLOCK)
        .build();
  }
}
