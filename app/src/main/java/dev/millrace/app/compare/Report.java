package dev.millrace.app.compare;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** What came of a comparison. Filled by one thread, then read. */
public final class Report {
  private static final int SHOWN = 20;
  private static final String ROW = "  %-34s %12s %12s  %s%n";

  private final Pair active = new Pair();
  private final Pair inactive = new Pair();
  private final TreeMap<String, Pair> collections = new TreeMap<>();
  private final Pair labels = new Pair();
  private final List<String> first = new ArrayList<>();
  private long differences;
  private boolean hasLabels;
  private long strangers;
  private long strangersRows;

  /** How many there are on either side. */
  private static final class Pair {
    private long network;
    private long postgres;

    private void add(boolean inNetwork, boolean inPostgres) {
      network += inNetwork ? 1 : 0;
      postgres += inPostgres ? 1 : 0;
    }
  }

  void account(boolean isActive, boolean isSo) {
    (isActive ? active : inactive).add(true, isSo);
  }

  void record(String collection, boolean inNetwork, boolean inPostgres) {
    collections.computeIfAbsent(collection, name -> new Pair()).add(inNetwork, inPostgres);
  }

  void labels(int inNetwork, int inPostgres) {
    hasLabels = true;
    labels.network = inNetwork;
    labels.postgres = inPostgres;
  }

  void stranger(String did, int rows, boolean isWrong) {
    strangers++;
    strangersRows += rows;
    if (isWrong) {
      difference("%s is not in the network and has %d records".formatted(did, rows));
    }
  }

  void difference(String what) {
    differences++;
    if (first.size() < SHOWN) {
      first.add(what);
    }
  }

  public boolean isEqual() {
    return differences == 0;
  }

  public long differences() {
    return differences;
  }

  /** The first of them, in words. */
  public List<String> firstDifferences() {
    return List.copyOf(first);
  }

  public long records() {
    return collections.values().stream().mapToLong(pair -> pair.network).sum();
  }

  public long activeAccounts() {
    return active.network;
  }

  /** The table, and the first differences. */
  public void print(PrintWriter out) {
    out.printf(ROW, "", "network", "postgres", "");
    print(out, "active accounts", active);
    print(out, "inactive accounts", inactive);
    Pair records = new Pair();
    collections.forEach(
        (name, pair) -> {
          print(out, name, pair);
          records.network += pair.network;
          records.postgres += pair.postgres;
        });
    print(out, "records", records);
    if (hasLabels) {
      print(out, "labels in force", labels);
    }
    if (strangers > 0) {
      out.printf(
          "  %d accounts in Postgres, with %d records, are not hosted here%n",
          strangers, strangersRows);
    }
    out.println();
    if (isEqual()) {
      out.println(
          "  equal: every record by URI, CID and content, its own row, every rev, every status");
    } else {
      out.printf("  NOT EQUAL: %d differences%n", differences);
      first.forEach(difference -> out.println("    " + difference));
      if (differences > first.size()) {
        out.printf("    and %d more%n", differences - first.size());
      }
    }
    out.flush();
  }

  private static void print(PrintWriter out, String name, Pair pair) {
    out.printf(
        ROW,
        name,
        "%,d".formatted(pair.network),
        "%,d".formatted(pair.postgres),
        pair.network == pair.postgres ? "" : "differs");
  }
}
