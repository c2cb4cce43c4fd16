package dev.millrace.app.run;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Watches running parts from the command's thread. */
public final class Watch {
  private static final Duration LOOK = Duration.ofMillis(500);

  private final Parts parts;
  private final StopSignal stop;

  public Watch(Parts parts, StopSignal stop) {
    this.parts = parts;
    this.stop = stop;
  }

  /**
   * Waits until the parts are to be stopped.
   *
   * @param status called at each interval
   * @throws PartDiedException if a part died
   */
  public void untilStopped(Duration interval, Runnable status) throws InterruptedException {
    long next = System.nanoTime() + interval.toNanos();
    while (!isStopped(LOOK)) {
      if (System.nanoTime() >= next) {
        status.run();
        next += interval.toNanos();
      }
    }
  }

  /**
   * Waits until a condition holds, looking at it every so often.
   *
   * @return whether it came to hold, rather than the signal to stop or the time
   * @throws PartDiedException if a part died
   */
  public boolean until(BooleanSupplier condition, Duration look, Duration limit)
      throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (System.nanoTime() < deadline) {
      if (condition.getAsBoolean()) {
        return true;
      }
      if (isStopped(look)) {
        return false;
      }
    }
    return false;
  }

  private boolean isStopped(Duration wait) throws InterruptedException {
    return stop.isRequested() || parts.awaitEnd(wait) || stop.isRequested();
  }
}
