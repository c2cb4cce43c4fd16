package dev.millrace.app.demo;

import dev.millrace.app.run.Progress;
import java.io.PrintWriter;
import java.time.Duration;

/** A line every few seconds, where there is no terminal. */
final class Lines implements Display {
  private static final long EVERY_NANOS = Duration.ofSeconds(2).toNanos();

  private final PrintWriter out;
  private long nextNanos = System.nanoTime();

  Lines(PrintWriter out) {
    this.out = out;
  }

  @Override
  public void show(Progress progress, long repos, long left) {
    if (System.nanoTime() < nextNanos) {
      return;
    }
    nextNanos = System.nanoTime() + EVERY_NANOS;
    out.printf(
        "fetched %,d (%,d repos) · records %,d · live frames %,d · labels %,d · indexed %,d · left %,d%n",
        progress.fetched() + progress.inactive(),
        repos,
        progress.records(),
        progress.frames(),
        progress.labels(),
        progress.indexed(),
        left);
    out.flush();
  }

  @Override
  public void close() {
    // Each line was whole.
  }
}
