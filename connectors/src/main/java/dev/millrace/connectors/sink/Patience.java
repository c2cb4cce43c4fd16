package dev.millrace.connectors.sink;

import dev.millrace.atproto.retry.Backoff;
import dev.millrace.connectors.sink.sql.SqlFailure;
import java.time.Duration;
import java.util.Locale;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How long a worker holds still after a failure, and whether it counts as waiting. Owned by the
 * worker's thread; {@link #isWaiting} alone is read by others.
 */
final class Patience {
  private static final Logger log = LoggerFactory.getLogger(Patience.class);

  /** Further ones in a row count as the database being away. */
  private static final int MAX_COLLISIONS = 10;

  private final SinkMetrics metrics;
  private final Backoff away =
      new Backoff(Duration.ofMillis(200), Duration.ofSeconds(15), RandomGenerator.getDefault());
  private final Backoff collision =
      new Backoff(Duration.ofMillis(20), Duration.ofMillis(500), RandomGenerator.getDefault());
  private int collisions;
  private long retryAtNanos = System.nanoTime();
  private volatile boolean isWaiting;

  Patience(SinkMetrics metrics) {
    this.metrics = metrics;
  }

  boolean isWaiting() {
    return isWaiting;
  }

  /** What is left until the next try; 0 or less: now. */
  long nanosLeft() {
    return retryAtNanos - System.nanoTime();
  }

  /**
   * Nothing was written.
   *
   * @throws IllegalStateException if waiting does not mend it
   */
  void failed(SqlFailure failure, Exception cause) {
    metrics.rolledBack(failure.name().toLowerCase(Locale.ROOT));
    switch (failure) {
      case COLLISION -> {
        collisions++;
        if (collisions <= MAX_COLLISIONS) {
          log.info("tried again: {}", cause.getMessage());
          retryAtNanos = System.nanoTime() + collision.next().toNanos();
          return;
        }
      }
      case AWAY -> {}
      case POISON, DEFECT ->
          throw new IllegalStateException("the sink cannot go on: " + cause.getMessage(), cause);
    }
    Duration pause = away.next();
    log.warn("waits {} ms: {}", pause.toMillis(), cause.getMessage());
    retryAtNanos = System.nanoTime() + pause.toNanos();
    waits(true);
  }

  /** Something was written. */
  void succeeded() {
    collisions = 0;
    collision.reset();
    away.reset();
    waits(false);
  }

  /** The database answers. */
  void answered() {
    waits(false);
  }

  private void waits(boolean newIsWaiting) {
    if (isWaiting != newIsWaiting) {
      isWaiting = newIsWaiting;
      metrics.waits(newIsWaiting);
    }
  }
}
