package dev.millrace.app.status;

import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** Counts words, most frequent first. Owned by one thread. */
final class Tally {
  private final Map<String, Long> counts = new HashMap<>();
  private long all;

  void add(String word) {
    counts.merge(word, 1L, Long::sum);
    all++;
  }

  long all() {
    return all;
  }

  /** The most frequent ones; of equal ones the first by name. */
  Map<String, Long> most(int limit) {
    Map<String, Long> most = new LinkedHashMap<>();
    counts.entrySet().stream()
        .sorted(
            Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                .thenComparing(Map.Entry.comparingByKey()))
        .limit(limit)
        .forEach(entry -> most.put(entry.getKey(), entry.getValue()));
    return most;
  }
}
