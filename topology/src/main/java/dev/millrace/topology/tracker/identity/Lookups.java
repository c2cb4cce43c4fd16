package dev.millrace.topology.tracker.identity;

import dev.millrace.schema.event.PlcIdentity;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks DIDs up on virtual threads, at most so many at a time in the process. Thread-safe: all
 * tasks share it.
 */
public final class Lookups {
  private static final Logger log = LoggerFactory.getLogger(Lookups.class);

  /** Of a directory that asks to be left alone; more is taken for a mistake. */
  private static final Duration MAX_PAUSE = Duration.ofMinutes(10);

  private final IdentityFinder finder;
  private final Semaphore permits;
  private final Clock clock;
  private final AtomicLong pausedUntil = new AtomicLong();

  public Lookups(IdentityFinder finder, int atOnce, Clock clock) {
    this.finder = finder;
    this.permits = new Semaphore(atOnce);
    this.clock = clock;
  }

  /** Whether one more may be started; if so, {@link #start} or {@link #giveBack} must follow. */
  boolean tryTake() {
    return clock.millis() >= pausedUntil.get() && permits.tryAcquire();
  }

  void giveBack() {
    permits.release();
  }

  /**
   * Starts one.
   *
   * @param mirrored what a mirror says, where that will do
   * @param then gets the answer, on the lookup's thread
   * @return for an interrupt, where the answer is wanted no more
   */
  Thread start(String did, @Nullable PlcIdentity mirrored, Consumer<IdentityAnswer> then) {
    return Thread.ofVirtual()
        .name("identity-" + did)
        .start(
            () -> {
              try {
                then.accept(find(did, mirrored));
              } finally {
                permits.release();
              }
            });
  }

  private IdentityAnswer find(String did, @Nullable PlcIdentity mirrored) {
    try {
      IdentityAnswer answer = finder.find(did, mirrored);
      if (answer instanceof IdentityAnswer.Failed failed && failed.pause() != null) {
        long pause = Math.min(failed.pause().toMillis(), MAX_PAUSE.toMillis());
        pausedUntil.accumulateAndGet(clock.millis() + pause, Math::max);
      }
      return answer;
    } catch (RuntimeException e) {
      // Of this one DID: the others must not suffer.
      log.error("looking up {} failed unforeseen", did, e);
      return new IdentityAnswer.Failed("internal", null, null, null);
    } catch (Error e) {
      return new IdentityAnswer.Broken(e);
    }
  }
}
