package dev.millrace.app.oracle;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A place in the pipeline: the part that fills it now, and how to put another there. Owned by the
 * thread that runs the seed.
 */
final class Seat {
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(20);

  private final String name;
  private final Supplier<Running> start;
  private @Nullable Running running;
  private int deaths;

  /**
   * A part, whatever it is.
   *
   * @param ended completes when it has stopped: normally if it was closed, else with what it died
   *     of
   * @param closing stops it within a limit
   */
  record Running(CompletionStage<Void> ended, Predicate<Duration> closing) {}

  Seat(String name, Supplier<Running> start) {
    this.name = name;
    this.start = start;
  }

  boolean isFilled() {
    return running != null;
  }

  int deaths() {
    return deaths;
  }

  void fill() {
    if (running == null) {
      running = start.get();
    }
  }

  /** In order: what is in hand is ended. */
  void empty() {
    if (running != null) {
      Running old = running;
      running = null;
      if (!old.closing().test(CLOSE_LIMIT)) {
        throw new AssertionError(name + " did not stop in time");
      }
    }
  }

  /**
   * Puts another part in the place of one that was killed.
   *
   * @throws AssertionError if it died of anything else
   */
  void tend() {
    Running now = running;
    if (now == null) {
      return;
    }
    CompletableFuture<Void> ended = now.ended().toCompletableFuture();
    if (!ended.isDone()) {
      return;
    }
    Throwable cause = causeOf(ended);
    if (cause == null || !Killed.isCauseOf(cause)) {
      throw new AssertionError(name + " ended by itself", cause);
    }
    deaths++;
    running = null;
    var _ = now.closing().test(CLOSE_LIMIT); // it is dead already
    fill();
  }

  @Override
  public String toString() {
    return name;
  }

  private static @Nullable Throwable causeOf(CompletableFuture<Void> ended) {
    try {
      ended.join();
      return null;
    } catch (CompletionException e) {
      return e.getCause();
    }
  }
}
