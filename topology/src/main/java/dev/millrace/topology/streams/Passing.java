package dev.millrace.topology.streams;

import dev.millrace.atproto.retry.Backoff;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.jspecify.annotations.Nullable;

/**
 * Failures of a stream thread that pass by themselves, so that another thread may try: a changelog
 * cannot be made while brokers restart and are fenced, which Streams takes for final. They are not
 * known from a topic that asks for more replicas than there are brokers, so the patience ends.
 *
 * <p>Thread-safe: any stream thread may fail.
 */
final class Passing {
  static final Duration PATIENCE = Duration.ofMinutes(5);

  /** Failures further apart than this are not of one outage. */
  private static final Duration OUTAGE = Duration.ofMinutes(2);

  private final InstantSource clock;
  private final Backoff backoff;
  private @Nullable Instant began;
  private @Nullable Instant last;

  Passing(InstantSource clock, RandomGenerator random) {
    this.clock = clock;
    this.backoff = new Backoff(Duration.ofMillis(500), Duration.ofSeconds(10), random);
  }

  /** How long to wait before another thread tries; empty if it will not pass, or has not. */
  synchronized Optional<Duration> pause(Throwable failure) {
    if (!isOfFencedBrokers(failure)) {
      return Optional.empty();
    }
    Instant now = clock.instant();
    if (began == null || last == null || last.plus(OUTAGE).isBefore(now)) {
      began = now;
      backoff.reset();
    }
    last = now;
    return began.plus(PATIENCE).isBefore(now) ? Optional.empty() : Optional.of(backoff.next());
  }

  private static boolean isOfFencedBrokers(Throwable failure) {
    for (Throwable at = failure; at != null; at = at.getCause()) {
      if (at instanceof InvalidReplicationFactorException) {
        return true;
      }
    }
    return false;
  }
}
