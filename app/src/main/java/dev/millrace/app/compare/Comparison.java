package dev.millrace.app.compare;

import dev.millrace.schema.database.Database;
import java.io.IOException;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Compares a network with the tables, exactly:
 *
 * <ul>
 *   <li>of every active account each record by URI and CID, none missing and none more, its content
 *       by encoding it again and hashing it, and the newest rev;
 *   <li>the tables of the collections against the records they are made of;
 *   <li>of every other account its status alone. Its host gives out no records any more, so there
 *       is nothing to compare them with; its rows stay, and the status hides them from readers;
 *   <li>every label in force, where the network has a word on labels;
 *   <li>rows of accounts that the network does not know, where it is whole, are wrong; where only
 *       some hosts were asked, they are counted apart.
 * </ul>
 */
public final class Comparison {
  private final Network network;
  private final Database database;
  private final Set<String> collections;

  /**
   * Of two sides.
   *
   * @param collections only records of these are compared, and no revs; empty for all
   */
  public Comparison(Network network, Database database, Set<String> collections) {
    this.network = network;
    this.database = database;
    this.collections = Set.copyOf(collections);
  }

  /**
   * Compares once. Neither side should change meanwhile.
   *
   * @throws IOException if the network does not answer
   * @throws SQLException if the database does not
   */
  public Report run() throws IOException, SQLException {
    Report report = new Report();
    Set<String> known = new HashSet<>();
    try (Rows rows = new Rows(database)) {
      network.forEachAccount(
          account -> {
            known.add(account.did());
            compare(account, rows, report);
          });
      rows.ownTableDifferences().forEach(report::difference);
      network.labels().ifPresent(labels -> compareLabels(labels, rows.labels(), report));
      rows.recordCounts()
          .forEach(
              (did, count) -> {
                if (!known.contains(did)) {
                  report.stranger(did, count, network.isWhole());
                }
              });
    }
    return report;
  }

  private void compare(AccountView account, Rows rows, Report report) {
    String did = account.did();
    String expected = upstreamStatus(account.status());
    String actual = rows.statuses().get(did);
    boolean hasRepo = rows.revs().containsKey(did);
    report.account(account.isActive(), account.isActive() ? hasRepo : actual != null);
    if (expected == null ? actual != null : !expected.equals(actual) && isHeardOf(account, rows)) {
      report.difference(
          "%s: status is %s, Postgres has %s".formatted(did, word(account.status()), word(actual)));
    }
    if (!account.isActive()) {
      return;
    }
    String rev = rows.revs().get(did);
    if (collections.isEmpty() && account.rev() != null && !account.rev().equals(rev)) {
      report.difference("%s: rev is %s, Postgres has %s".formatted(did, account.rev(), rev));
    }
    Map<String, HeldRecord> held = rows.records(did);
    held.keySet().removeIf(path -> !isCompared(path));
    account
        .records()
        .forEach(
            (path, cid) -> {
              HeldRecord record = held.remove(path);
              report.record(collection(path), true, record != null);
              if (record == null) {
                report.difference("at://%s/%s is missing".formatted(did, path));
              } else if (!record.cid().equals(cid)) {
                report.difference(
                    "at://%s/%s has CID %s, not %s".formatted(did, path, record.cid(), cid));
              } else if (!record.isWhatItsCidSays()) {
                report.difference("at://%s/%s has other content".formatted(did, path));
              }
            });
    held.keySet()
        .forEach(
            path -> {
              report.record(collection(path), false, true);
              report.difference("at://%s/%s is too much".formatted(did, path));
            });
  }

  /** An account that was deleted before anything was heard of it leaves no trace. */
  private static boolean isHeardOf(AccountView account, Rows rows) {
    return !"deleted".equals(account.status()) || rows.revs().containsKey(account.did());
  }

  /** The AppView's word for it; a deleted account is hidden as a deactivated one. */
  private static @Nullable String upstreamStatus(@Nullable String status) {
    return "deleted".equals(status) ? "deactivated" : status;
  }

  private static void compareLabels(Set<LabelKey> labels, Set<LabelKey> held, Report report) {
    report.labels(labels.size(), held.size());
    labels.stream()
        .filter(label -> !held.contains(label))
        .forEach(label -> report.difference(label + " is missing"));
    held.stream()
        .filter(label -> !labels.contains(label))
        .forEach(label -> report.difference(label + " is too much"));
  }

  private boolean isCompared(String path) {
    return collections.isEmpty() || collections.contains(collection(path));
  }

  private static String collection(String path) {
    return path.substring(0, path.indexOf('/'));
  }

  private static String word(@Nullable String status) {
    return status == null ? "active" : status;
  }
}
