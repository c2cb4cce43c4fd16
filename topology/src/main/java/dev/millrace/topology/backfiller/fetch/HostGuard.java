package dev.millrace.topology.backfiller.fetch;

import dev.millrace.atproto.retry.Doubling;
import dev.millrace.topology.backfiller.pending.Lane;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Treats each host politely and keeps a dead one from taking the permits of the others: a bound on
 * downloads at a time and on how often it is asked, a pause after 429, and a circuit that opens
 * after failures in a row. A host is proven by an answer, until it fails; one that is not is asked
 * by one probe of each lane at a time, which has a permit of its own kind.
 *
 * <p>Thread-safe (one lock, held for moments); shared by all tasks of the process. Never waits.
 * Hosts are known by authority ({@code host:port}); the {@value #MAX_HOSTS} last used are kept.
 */
public final class HostGuard {
  private static final int MAX_HOSTS = 20_000;

  /** Whether a host may be asked now. */
  public sealed interface Admission {}

  /** Not now: it is asked as much as it may be. */
  public record Busy() implements Admission {}

  /**
   * Not before then.
   *
   * @param until ms since 1970
   * @param isDead because it failed, not because it asked for a pause
   */
  public record Paused(long until, boolean isDead) implements Admission {}

  /** Yes; closed when the download is over. One thread uses it. */
  public final class Slot implements Admission, AutoCloseable {
    private final String host;
    private final Lane lane;
    private boolean isClosed;

    private Slot(String host, Lane lane) {
      this.host = host;
      this.lane = lane;
    }

    /** It answered, if only with a refusal: it lives. */
    public void answered() {
      HostGuard.this.answered(host);
    }

    /**
     * It sent more than is taken. From a host that has answered nothing else that is as bad as all
     * the failures after which it is left alone: each costs what a thousand others do.
     */
    public void endless() {
      HostGuard.this.endless(host);
    }

    /** No whole answer, or a server's error. */
    public void failed() {
      HostGuard.this.failed(host);
    }

    /** It asked to be left alone. */
    public void rateLimited(@Nullable Duration retryAfter) {
      HostGuard.this.rateLimited(host, retryAfter);
    }

    @Override
    public void close() {
      if (!isClosed) {
        isClosed = true;
        leave(host, lane);
      }
    }
  }

  private static final class Host {
    final Map<Lane, Integer> active = new EnumMap<>(Lane.class);
    boolean isProven;
    int failures;
    long pausedUntil;
    long lastUsed;

    /** When it may be asked again if nothing is made up for, in microseconds. */
    long nextMicros;

    int active(Lane lane) {
      return active.getOrDefault(lane, 0);
    }

    boolean isIdle() {
      return active.values().stream().allMatch(count -> count == 0);
    }
  }

  private final HostPolicy policy;
  private final DoubleSupplier share;
  private final Clock clock;
  private final Map<String, Host> hosts = new HashMap<>();

  /**
   * Knows no host yet.
   *
   * @param share of every host's rate that is this process's, from 0 to 1; asked from any thread
   */
  public HostGuard(HostPolicy policy, DoubleSupplier share, Clock clock) {
    this.policy = policy;
    this.share = share;
    this.clock = clock;
  }

  /**
   * A slot, or why there is none.
   *
   * @param isProbe whether the caller may be held up by the host for long
   */
  public synchronized Admission enter(String name, Lane lane, boolean isProbe) {
    Paused paused = paused(name);
    if (paused != null) {
      return paused;
    }
    if (!hasRoom(name, lane) && !(isProbe && mayProbe(name, lane))) {
      return new Busy();
    }
    Host host = hosts.computeIfAbsent(name, n -> new Host());
    host.active.merge(lane, 1, Integer::sum);
    host.lastUsed = clock.millis();
    long earliest = nowMicros() - policy.rate().burstMicros();
    host.nextMicros =
        Math.max(host.nextMicros, earliest) + policy.rate().spacingMicros(share.getAsDouble());
    return new Slot(name, lane);
  }

  /** Whether a proven host may be asked now, if it is not paused. */
  public synchronized boolean hasRoom(String name, Lane lane) {
    Host host = hosts.get(name);
    if (host == null || !host.isProven || !mayBeAsked(host)) {
      return false;
    }
    int bound = lane == Lane.LISTING ? policy.concurrency() : policy.requestConcurrency();
    return host.active(lane) < bound;
  }

  /**
   * Whether a host that is not proven may be tried now, if it is not paused: once for each lane, so
   * that a request does not wait for what the listing tries.
   */
  public synchronized boolean mayProbe(String name, Lane lane) {
    Host host = hosts.get(name);
    return host == null || (!host.isProven && host.active(lane) == 0 && mayBeAsked(host));
  }

  private boolean mayBeAsked(Host host) {
    return host.nextMicros <= nowMicros();
  }

  /** Whether nothing is lost by forgetting when it was asked. */
  private boolean isRested(Host host) {
    return host.nextMicros <= nowMicros() - policy.rate().burstMicros();
  }

  private long nowMicros() {
    return clock.millis() * 1_000;
  }

  /** Until when the host is left alone; null if it is not. */
  public synchronized @Nullable Paused paused(String name) {
    Host host = hosts.get(name);
    return host == null || host.pausedUntil <= clock.millis()
        ? null
        : new Paused(host.pausedUntil, host.failures >= policy.failuresToOpen());
  }

  /** Hosts that are left alone now. */
  public synchronized long pausedHosts() {
    long now = clock.millis();
    return hosts.values().stream().filter(host -> host.pausedUntil > now).count();
  }

  private synchronized void answered(String name) {
    Host host = hosts.get(name);
    if (host != null) {
      host.failures = 0;
      host.isProven = true;
    }
  }

  private synchronized void endless(String name) {
    Host host = hosts.get(name);
    if (host != null && !host.isProven) {
      host.failures = Math.max(host.failures, policy.failuresToOpen() - 1);
    }
    failed(name);
  }

  private synchronized void failed(String name) {
    Host host = hosts.get(name);
    if (host == null) {
      return;
    }
    host.isProven = false;
    host.failures = Math.min(host.failures + 1, 1_000);
    int beyond = host.failures - policy.failuresToOpen();
    if (beyond >= 0) {
      Duration openFor = Doubling.of(policy.openFor(), policy.maxOpenFor(), beyond);
      pause(host, openFor);
    }
  }

  private synchronized void rateLimited(String name, @Nullable Duration retryAfter) {
    Host host = hosts.get(name);
    if (host != null) {
      host.failures = 0;
      host.isProven = true;
      Duration asked = retryAfter == null ? policy.rateLimitPause() : retryAfter;
      boolean isTooLong = asked.compareTo(HostPolicy.LONGEST_WISH) > 0;
      pause(host, isTooLong ? HostPolicy.LONGEST_WISH : asked);
    }
  }

  private void pause(Host host, Duration duration) {
    long jitter = ThreadLocalRandom.current().nextLong(duration.toMillis() / 10 + 1);
    host.pausedUntil = Math.max(host.pausedUntil, clock.millis() + duration.toMillis() + jitter);
  }

  private synchronized void leave(String name, Lane lane) {
    Host host = hosts.get(name);
    if (host == null) {
      throw new IllegalStateException("left a host that was not entered: " + name);
    }
    host.active.merge(lane, -1, Integer::sum);
    if (hosts.size() > MAX_HOSTS) {
      forgetOldest();
    }
  }

  private void forgetOldest() {
    long now = clock.millis();
    hosts.values().removeIf(h -> h.isIdle() && h.pausedUntil <= now && isRested(h));
    hosts.entrySet().stream()
        .filter(entry -> entry.getValue().isIdle())
        .sorted((a, b) -> Long.compare(a.getValue().lastUsed, b.getValue().lastUsed))
        .limit(Math.max(0, hosts.size() - MAX_HOSTS))
        .map(Map.Entry::getKey)
        .toList()
        .forEach(hosts::remove);
  }
}
