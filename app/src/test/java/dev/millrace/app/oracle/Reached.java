package dev.millrace.app.oracle;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How often the runs that ended equal reached each act and crash point: such a run has seen
 * everything in its script strike. Owned by one thread.
 */
final class Reached {
  private final Map<String, Integer> counts = new TreeMap<>();

  Reached() {
    for (Act act : Act.values()) {
      if (act != Act.KILL) {
        counts.put(act.name(), 0);
      }
    }
    for (CrashPoint point : CrashPoint.values()) {
      counts.put(word(point), 0);
    }
  }

  void add(Script script) {
    for (Script.Round round : script.rounds()) {
      for (Script.Move move : round.moves()) {
        CrashPoint point = move.point();
        counts.merge(point == null ? move.act().name() : word(point), 1, Integer::sum);
      }
    }
  }

  private static String word(CrashPoint point) {
    return "KILL " + point;
  }

  /** What no script held. */
  List<String> never() {
    List<String> never = new ArrayList<>();
    counts.forEach(
        (what, count) -> {
          if (count == 0) {
            never.add(what);
          }
        });
    return never;
  }

  /** A line each. */
  String table() {
    StringBuilder lines = new StringBuilder();
    counts.forEach((what, count) -> lines.append("%8d  %s%n".formatted(count, what)));
    return lines.toString();
  }
}
