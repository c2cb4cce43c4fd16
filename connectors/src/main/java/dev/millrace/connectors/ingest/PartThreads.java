package dev.millrace.connectors.ingest;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads of one part. The first that fails gives the part its end and stops the others; no
 * failure stays in a thread of its own.
 *
 * <p>Safe for use by several threads.
 */
public final class PartThreads {
  private static final Logger log = LoggerFactory.getLogger(PartThreads.class);

  /** May end early by interruption once the part stops. */
  @FunctionalInterface
  public interface Task {
    void run() throws InterruptedException;
  }

  private final String part;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private final List<Thread> threads = new ArrayList<>();
  private final CountDownLatch stopping = new CountDownLatch(1);

  public PartThreads(String part) {
    this.part = part;
  }

  /**
   * A thread that computes or speaks with Kafka.
   *
   * @return false if the part stops already: the task will not run
   */
  @CanIgnoreReturnValue
  public boolean start(String role, Task task) {
    return start(Thread.ofPlatform().daemon(), role, task);
  }

  /** A thread that asks hosts: virtual, for then an interruption ends a call under way. */
  @CanIgnoreReturnValue
  public boolean startAsking(String role, Task task) {
    return start(Thread.ofVirtual(), role, task);
  }

  private synchronized boolean start(Thread.Builder builder, String role, Task task) {
    if (isStopping()) {
      return false;
    }
    Thread thread = builder.name(part + " " + role).unstarted(() -> run(role, task));
    threads.add(thread);
    thread.start();
    return true;
  }

  /** Tasks end their loops when this turns true. */
  public boolean isStopping() {
    return stopping.getCount() == 0;
  }

  /**
   * Sleeps, but no longer than until the part stops.
   *
   * @throws InterruptedException once it stops: a task ends by that
   */
  public void sleep(Duration time) throws InterruptedException {
    if (stopping.await(time.toNanos(), TimeUnit.NANOSECONDS)) {
      throw new InterruptedException(part + " stops");
    }
  }

  public CompletionStage<Void> ended() {
    return ended.minimalCompletionStage();
  }

  /** For work that runs on a thread which is not ours: the part dies of it all the same. */
  public void fail(Throwable cause) {
    if (ended.completeExceptionally(cause)) {
      log.error("{} died: {}", part, cause.toString(), cause);
    }
    interruptAll();
  }

  /** Asks the tasks to end by themselves. */
  public void stopSoon() {
    stopping.countDown();
  }

  /** Waits for the tasks, interrupts those that are left at half of the limit. */
  public boolean stop(Duration limit) {
    stopping.countDown();
    long deadline = System.nanoTime() + limit.toNanos();
    joinAll(deadline - limit.toNanos() / 2);
    interruptAll();
    boolean hasStopped = joinAll(deadline);
    ended.complete(null);
    return hasStopped;
  }

  private void run(String role, Task task) {
    try {
      task.run();
    } catch (InterruptedException e) {
      if (!isStopping()) {
        fail(e);
      }
    } catch (Throwable e) {
      log.debug("{} {} ends", part, role, e);
      fail(e);
    }
  }

  private synchronized void interruptAll() {
    stopping.countDown();
    threads.stream().filter(thread -> thread != Thread.currentThread()).forEach(Thread::interrupt);
  }

  private boolean joinAll(long deadlineNanos) {
    List<Thread> all;
    synchronized (this) {
      all = List.copyOf(threads);
    }
    boolean hasStopped = true;
    for (Thread thread : all) {
      long left = Math.max(1, (deadlineNanos - System.nanoTime()) / 1_000_000);
      try {
        hasStopped &= thread == Thread.currentThread() || thread.join(Duration.ofMillis(left));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return hasStopped;
  }
}
