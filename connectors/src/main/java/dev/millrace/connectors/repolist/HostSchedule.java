package dev.millrace.connectors.repolist;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Which host is asked next: of those that are due, the one that has been for longest. Hosts that
 * did not answer, and those that were never asked, share half of the turns that may be taken at a
 * time: however many of them hang, the others are asked.
 *
 * <p>Safe for use by several threads.
 *
 * @param <T> the host
 */
final class HostSchedule<T> {
  /** A host's turn, from {@link #take} to {@link #done}. */
  record Turn<T>(T host, Instant due, boolean isProven) {}

  private final Clock clock;
  private final int mostUnproven;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final PriorityQueue<Turn<T>> proven = byDue();
  private final PriorityQueue<Turn<T>> unproven = byDue();
  private int unprovenInTurn;

  /**
   * Empty.
   *
   * @param turns how many are taken at a time, at most
   */
  HostSchedule(int turns, Clock clock) {
    this.clock = clock;
    this.mostUnproven = Math.max(1, turns / 2);
  }

  private static <T> PriorityQueue<Turn<T>> byDue() {
    return new PriorityQueue<>(Comparator.comparing(Turn::due));
  }

  /** A host that was not asked yet. */
  void add(T host) {
    put(new Turn<>(host, clock.instant(), false));
  }

  /** Waits so long at most for a host to be due. */
  Optional<Turn<T>> take(Duration atMost) throws InterruptedException {
    Instant end = clock.instant().plus(atMost);
    lock.lockInterruptibly();
    try {
      while (true) {
        Instant now = clock.instant();
        if (isDue(proven, now)) {
          return Optional.of(proven.remove());
        }
        if (unprovenInTurn < mostUnproven && isDue(unproven, now)) {
          unprovenInTurn++;
          return Optional.of(unproven.remove());
        }
        if (!now.isBefore(end)) {
          return Optional.empty();
        }
        long _ = changed.awaitNanos(Math.max(1, untilNext(now, end).toNanos()));
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Ends a turn.
   *
   * @param wait until the next
   * @param answers whether the host gave what it was asked for
   */
  void done(Turn<T> turn, Duration wait, boolean answers) {
    lock.lock();
    try {
      if (!turn.isProven()) {
        unprovenInTurn--;
      }
      put(new Turn<>(turn.host(), clock.instant().plus(wait), answers));
    } finally {
      lock.unlock();
    }
  }

  private void put(Turn<T> turn) {
    lock.lock();
    try {
      (turn.isProven() ? proven : unproven).add(turn);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private static <T> boolean isDue(PriorityQueue<Turn<T>> hosts, Instant now) {
    Turn<T> first = hosts.peek();
    return first != null && !first.due().isAfter(now);
  }

  private Duration untilNext(Instant now, Instant end) {
    Instant next = end;
    if (!proven.isEmpty() && proven.element().due().isBefore(next)) {
      next = proven.element().due();
    }
    if (unprovenInTurn < mostUnproven
        && !unproven.isEmpty()
        && unproven.element().due().isBefore(next)) {
      next = unproven.element().due();
    }
    return Duration.between(now, next);
  }
}
