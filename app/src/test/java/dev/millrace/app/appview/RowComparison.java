package dev.millrace.app.appview;

import dev.millrace.app.appview.Contents.Row;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Compares the AppView's tables row by row, and counts the differences by their reasons. */
public final class RowComparison {
  private static final int SHOWN = Integer.getInteger("millrace.shown", 5);
  private static final String NOT_COMPARED =
      "kysely_.*|moderation_.*|view_param|did_cache|subscription";

  private final Contents appview;
  private final Contents millrace;
  private final Reasons reasons;
  private int equal;

  public RowComparison(Contents appview, Contents millrace) {
    this.appview = appview;
    this.millrace = millrace;
    this.reasons = new Reasons(appview, millrace);
  }

  /** Prints a line a table and reason; whether every difference has a reason. */
  public boolean print(PrintWriter out) {
    Map<String, List<Difference>> unexplained = new TreeMap<>();
    Map<String, Integer> explained = new TreeMap<>();
    int differing = 0;
    for (String table : appview.tables()) {
      if (table.matches(NOT_COMPARED)) {
        continue;
      }
      int before = equal;
      List<Difference> differences = differences(table);
      differing += differences.size();
      for (Difference difference : differences) {
        Set<String> found = reasons.of(difference);
        found.forEach(reason -> explained.merge(table + ": " + reason, 1, Integer::sum));
        if (found.isEmpty()) {
          unexplained.computeIfAbsent(table, t -> new ArrayList<>()).add(difference);
        }
      }
      if (equal > before || !differences.isEmpty()) {
        out.printf(
            "%-26s %7d rows equal, %5d differ, %5d of them without a reason%n",
            table,
            equal - before,
            differences.size(),
            unexplained.getOrDefault(table, List.of()).size());
      }
    }
    explained.forEach((reason, count) -> out.printf("%5d %s%n", count, reason));
    int count = unexplained.values().stream().mapToInt(List::size).sum();
    unexplained.forEach(
        (table, differences) -> {
          out.printf("== %s: %d without a reason%n", table, differences.size());
          differences.stream().limit(SHOWN).forEach(difference -> out.println("  " + difference));
        });
    out.printf("== %d rows equal, %d differ, %d unexplained%n", equal, differing, count);
    return count == 0 && equal > 0;
  }

  private List<Difference> differences(String table) {
    Map<String, Row> left = appview.rows(table);
    Map<String, Row> right = millrace.rows(table);
    Set<String> keys = new TreeSet<>(left.keySet());
    keys.addAll(right.keySet());
    List<Difference> differences = new ArrayList<>();
    for (String key : keys) {
      Difference difference = new Difference(table, key, left.get(key), right.get(key));
      if (difference.columns().isEmpty()) {
        equal++;
      } else {
        differences.add(difference);
      }
    }
    return differences;
  }
}
