package dev.millrace.app.run;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C or SIGTERM, as something the command's thread waits for: the JVM's shutdown is held until
 * that thread has closed everything, or a limit has passed.
 */
public final class StopSignal implements AutoCloseable {
  private static final Duration HOLD_LIMIT = Duration.ofSeconds(90);

  private final CountDownLatch requested = new CountDownLatch(1);
  private final CountDownLatch finished = new CountDownLatch(1);
  private final Thread hook = new Thread(this::hold, "stop");

  /** From now on signals come here. */
  public StopSignal() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  public boolean isRequested() {
    return requested.getCount() == 0;
  }

  /** Waits for the signal, at most so long; whether it has come. */
  public boolean await(Duration limit) throws InterruptedException {
    return requested.await(limit.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void hold() {
    requested.countDown();
    try {
      if (!finished.await(HOLD_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        System.err.println(
            "millrace: not everything had stopped after " + HOLD_LIMIT.toSeconds() + " s");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Everything is closed: the JVM may go. */
  @Override
  public void close() {
    finished.countDown();
    if (!isRequested()) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        // The shutdown has begun by itself; the hook ends at once.
        requested.countDown();
      }
    }
  }
}
