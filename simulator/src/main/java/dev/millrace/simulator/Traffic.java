package dev.millrace.simulator;

import dev.millrace.simulator.world.World;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Takes live steps at a rate, on a thread of its own; begins paused. Thread-safe: the lock guards
 * the state, the thread alone steps.
 *
 * <p>A step whose moment has not come is waited for: the rate cannot exceed one step an interval
 * for long.
 */
public final class Traffic implements AutoCloseable {
  private static final long WAIT_FOR_TIME_NANOS = Duration.ofMillis(5).toNanos();

  private final World world;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Thread thread;
  private double stepsPerSecond = 50;
  private boolean paused = true;
  private boolean closed;
  private boolean stepping;
  private @Nullable RuntimeException failure;

  Traffic(World world) {
    this.world = world;
    this.thread = Thread.ofPlatform().daemon().name("simulator-traffic").start(this::run);
  }

  /** Goes on at a rate, or begins. */
  public void resume(double rate) {
    if (!(rate > 0)) {
      throw new IllegalArgumentException("the rate must be above 0");
    }
    change(
        () -> {
          stepsPerSecond = rate;
          paused = false;
        });
  }

  /** Goes on at the last rate, at first 50 steps a second. */
  public void resume() {
    change(() -> paused = false);
  }

  /** Takes no further step; one may be in progress. */
  public void pause() {
    change(() -> paused = true);
  }

  /**
   * Pauses and waits until no step is in progress: what happened is in all logs of all hosts.
   *
   * @throws IllegalStateException if a step failed
   */
  public void quiesce() {
    lock.lock();
    try {
      paused = true;
      changed.signalAll();
      while (stepping) {
        changed.awaitUninterruptibly();
      }
      if (failure != null) {
        throw new IllegalStateException("a step failed", failure);
      }
    } finally {
      lock.unlock();
    }
  }

  private void change(Runnable change) {
    lock.lock();
    try {
      change.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    try {
      long next = System.nanoTime();
      while (begin(next)) {
        long started = System.nanoTime();
        boolean stepped = step();
        next =
            stepped ? Math.max(next, started - 100_000_000) + gap() : started + WAIT_FOR_TIME_NANOS;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private long gap() {
    lock.lock();
    try {
      return (long) (1e9 / stepsPerSecond);
    } finally {
      lock.unlock();
    }
  }

  /** Waits until a step is to be taken at a moment; false if there is to be none ever. */
  private boolean begin(long moment) throws InterruptedException {
    lock.lock();
    try {
      while (!closed) {
        long left = moment - System.nanoTime();
        if (paused) {
          changed.await(1, TimeUnit.SECONDS);
        } else if (left > 0) {
          changed.awaitNanos(left);
        } else {
          stepping = true;
          return true;
        }
      }
      return false;
    } finally {
      lock.unlock();
    }
  }

  private boolean step() {
    RuntimeException failed = null;
    try {
      return world.tryStep();
    } catch (RuntimeException e) {
      failed = e;
      return true;
    } finally {
      RuntimeException result = failed;
      change(
          () -> {
            stepping = false;
            if (result != null) {
              failure = result;
              closed = true;
            }
          });
    }
  }

  /** Ends the thread; a step in progress is finished. */
  @Override
  public void close() {
    change(() -> closed = true);
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
