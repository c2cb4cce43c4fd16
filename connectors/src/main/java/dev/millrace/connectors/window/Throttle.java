package dev.millrace.connectors.window;

import dev.millrace.connectors.ingest.PartThreads;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How fast the workers of a window may read, and when not at all. Safe for several threads. */
public final class Throttle {
  private static final Duration LOOK = Duration.ofMillis(100);

  private final Pace pace;
  private final List<Brake> brakes;
  private volatile @Nullable String holding;

  public Throttle(Pace pace, List<Brake> brakes) {
    this.pace = pace;
    this.brakes = List.copyOf(brakes);
  }

  /** Why nothing is read just now; null if something may be. */
  public @Nullable String holding() {
    return holding;
  }

  /** Waits until no brake holds; each wait is a state that somebody else ends, or a stop. */
  void awaitOpen(PartThreads threads) throws InterruptedException {
    String reason = reason();
    while (reason != null) {
      holding = reason;
      threads.sleep(LOOK);
      reason = reason();
    }
    holding = null;
  }

  private @Nullable String reason() {
    for (Brake brake : brakes) {
      String reason = brake.reason();
      if (reason != null) {
        return reason;
      }
    }
    return null;
  }

  /** Waits for the pace. */
  void await(int frames, PartThreads threads) throws InterruptedException {
    Duration wait = pace.take(frames, System.nanoTime());
    if (wait.isPositive()) {
      threads.sleep(wait);
    }
  }
}
