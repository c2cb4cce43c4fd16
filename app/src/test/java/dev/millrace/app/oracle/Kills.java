package dev.millrace.app.oracle;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Who is to die where, each once. Thread-safe: every part asks, at every point. */
final class Kills {
  private final Map<CrashPoint, Deque<Integer>> armed = new EnumMap<>(CrashPoint.class);

  /**
   * Lets a part die when it reaches a point for the n-th time from now on, or after the kill that
   * waits there already.
   */
  synchronized void arm(CrashPoint point, int nth) {
    armed.computeIfAbsent(point, p -> new ArrayDeque<>()).add(nth);
  }

  /** Those that were not reached often enough yet. */
  synchronized Set<CrashPoint> waiting() {
    return new TreeSet<>(armed.keySet());
  }

  void reached(CrashPoint point) {
    if (strikes(point)) {
      throw new Killed(point);
    }
  }

  private synchronized boolean strikes(CrashPoint point) {
    Deque<Integer> left = armed.get(point);
    if (left == null) {
      return false;
    }
    int nth = left.removeFirst();
    if (nth > 1) {
      left.addFirst(nth - 1);
      return false;
    }
    if (left.isEmpty()) {
      armed.remove(point);
    }
    return true;
  }
}
