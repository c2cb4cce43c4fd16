package dev.millrace.simulator.server;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** When requests of a kind came. Thread-safe. */
final class RequestLog {
  private final List<Long> nanos = new ArrayList<>();

  synchronized void add() {
    nanos.add(System.nanoTime());
  }

  /** How many came within the busiest time of this length. */
  synchronized long most(Duration window) {
    Deque<Long> within = new ArrayDeque<>();
    int most = 0;
    for (long time : nanos) {
      within.addLast(time);
      while (time - within.getFirst() >= window.toNanos()) {
        within.removeFirst();
      }
      most = Math.max(most, within.size());
    }
    return most;
  }
}
