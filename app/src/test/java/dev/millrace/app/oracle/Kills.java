package dev.millrace.app.oracle;

import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Who is to die where, each once. Thread-safe: every part asks, at every point. */
final class Kills {
  private final Map<CrashPoint, Integer> armed = new EnumMap<>(CrashPoint.class);

  /** Lets a part die when it reaches a point for the n-th time from now on. */
  synchronized void arm(CrashPoint point, int nth) {
    armed.put(point, nth);
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
    Integer left = armed.get(point);
    if (left == null) {
      return false;
    }
    if (left > 1) {
      armed.put(point, left - 1);
      return false;
    }
    armed.remove(point);
    return true;
  }
}
