package dev.millrace.atproto.identity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.millrace.atproto.rate.RequestRate;
import dev.millrace.atproto.xrpc.XrpcException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How often, and how many at a time, directories of identities are asked by this process: the PLC
 * directory, and each host of a did:web as one of its own. Everybody who asks shares one of these,
 * so that a directory's wish to be left alone is everybody's.
 *
 * <p>Thread-safe; callers wait on their own threads, at most {@link #MOST_WAIT}.
 */
public final class DirectoryLimits {
  /** Whoever cannot ask within this time is told so. */
  public static final Duration MOST_WAIT = Duration.ofSeconds(30);

  /** Of a directory that asks to be left alone; more is taken for a mistake. */
  static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);

  /** After a 429 that does not say for how long. */
  static final Duration UNSAID_PAUSE = Duration.ofSeconds(10);

  private static final int KEPT_HOSTS = 10_000;
  private static final Duration KEEP_IDLE = Duration.ofHours(1);

  /**
   * What one directory bears.
   *
   * @param atOnce requests at a time
   * @param rate of them
   */
  public record Policy(int atOnce, RequestRate rate) {
    public static final Policy DEFAULT =
        new Policy(16, new RequestRate(3_000, Duration.ofMinutes(1)));

    public Policy {
      if (atOnce < 1) {
        throw new IllegalArgumentException(
            "requests at once is " + atOnce + ", must be at least 1");
      }
    }
  }

  /** One request to a directory. */
  @FunctionalInterface
  public interface Request<T> {
    T send() throws XrpcException;
  }

  /** How a caller waits. */
  @FunctionalInterface
  interface Sleep {
    void nanos(long nanos) throws InterruptedException;
  }

  private final Policy policy;
  private final LongSupplier clock;
  private final Sleep sleep;
  private final Cache<String, Gate> gates =
      Caffeine.newBuilder()
          .maximumSize(KEPT_HOSTS)
          .expireAfterAccess(KEEP_IDLE)
          .executor(Runnable::run)
          .build();

  public DirectoryLimits() {
    this(Policy.DEFAULT);
  }

  public DirectoryLimits(Policy policy) {
    this(policy, System::nanoTime, TimeUnit.NANOSECONDS::sleep);
  }

  DirectoryLimits(Policy policy, LongSupplier clock, Sleep sleep) {
    this.policy = policy;
    this.clock = clock;
    this.sleep = sleep;
  }

  /**
   * Sends a request when its host's turn has come.
   *
   * @throws XrpcException the request's own; {@code paused} where the host wants to be left alone
   *     for longer than one may wait, {@code busy} where too many wait already
   */
  public <T> T ask(URI url, Request<T> request) throws XrpcException {
    Gate gate = gates.get(url.getRawAuthority(), Gate::new);
    long deadline = clock.getAsLong() + MOST_WAIT.toNanos();
    try {
      gate.throwIfPaused(deadline);
      if (!gate.permits.tryAcquire(deadline - clock.getAsLong(), TimeUnit.NANOSECONDS)) {
        throw XrpcException.busy(gate.host + ": no turn within " + MOST_WAIT);
      }
    } catch (InterruptedException e) {
      throw interrupted(gate, e);
    }
    try {
      gate.awaitTurn(deadline);
      return request.send();
    } catch (XrpcException e) {
      gate.note(e);
      throw e;
    } catch (InterruptedException e) {
      throw interrupted(gate, e);
    } finally {
      gate.permits.release();
    }
  }

  private static XrpcException interrupted(Gate gate, InterruptedException e) {
    Thread.currentThread().interrupt();
    return XrpcException.cancelled("interrupted while waiting to ask " + gate.host, e);
  }

  /** What is known of one directory. Times are the clock's nanoseconds. */
  private final class Gate {
    private final String host;
    private final Semaphore permits = new Semaphore(policy.atOnce(), true);
    private final long spacing = policy.rate().spacingMicros(1) * 1_000;
    private final long burst = policy.rate().burstMicros() * 1_000;
    private long next = clock.getAsLong() - burst;
    private long pausedUntil = next;

    Gate(String host) {
      this.host = host;
    }

    void awaitTurn(long deadline) throws XrpcException, InterruptedException {
      long wait = reserve(deadline);
      while (wait > 0) {
        sleep.nanos(wait);
        // It may have asked to be left alone in the meantime.
        wait = throwIfPaused(deadline);
      }
    }

    /** Nanoseconds until the turn that is now taken. */
    private synchronized long reserve(long deadline) throws XrpcException {
      long now = clock.getAsLong();
      long pause = throwIfPaused(deadline);
      long turn = Math.max(next, now - burst);
      long wait = Math.max(pause, turn - now);
      if (now + wait > deadline) {
        throw XrpcException.busy(host + ": its rate has no turn within " + MOST_WAIT);
      }
      next = turn + spacing;
      return wait;
    }

    /** Nanoseconds of a pause that is short enough to be waited for. */
    synchronized long throwIfPaused(long deadline) throws XrpcException {
      long left = pausedUntil - clock.getAsLong();
      if (pausedUntil > deadline) {
        throw XrpcException.paused(
            host + " asked to be left alone", Duration.ofNanos(left).plusMillis(1));
      }
      return Math.max(0, left);
    }

    synchronized void note(XrpcException e) {
      boolean isWish = e.status() == 429 || (e.status() == 503 && e.retryAfter() != null);
      if (isWish) {
        Duration asked = e.retryAfter() == null ? UNSAID_PAUSE : e.retryAfter();
        Duration pause = asked.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : asked;
        pausedUntil = Math.max(pausedUntil, clock.getAsLong() + pause.toNanos());
      }
    }
  }
}
