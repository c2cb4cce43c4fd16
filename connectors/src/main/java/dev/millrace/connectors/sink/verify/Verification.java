package dev.millrace.connectors.sink.verify;

import static dev.millrace.schema.jooq.Tables.PARTITION_POSITION;

import dev.millrace.connectors.sink.collection.Collections;
import dev.millrace.connectors.sink.collection.Counters;
import dev.millrace.connectors.sink.collection.OrphanRows;
import dev.millrace.connectors.sink.collection.OwnRowsCheck;
import dev.millrace.connectors.sink.collection.OwnRowsRepair;
import dev.millrace.connectors.sink.derive.DerivedCheck;
import dev.millrace.connectors.sink.verify.Findings.Check;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;

/**
 * Compares the tables with each other, all as of one moment, so that an indexer may run meanwhile;
 * only what waits to be derived may differ then. One use, one thread.
 */
public final class Verification {
  private static final int PAGE = 1_000;

  /** Found at once at most of what is not found by pages, and mended at once. */
  private static final int AT_ONCE = 10_000;

  private final DataSource database;
  private final Collections collections;
  private final Set<String> wrongRecords = new TreeSet<>();
  private final List<OrphanRows> orphans = new ArrayList<>();
  private final List<DerivedCheck.Wrong> underived = new ArrayList<>();

  public Verification(DataSource database, Collections collections) {
    this.database = database;
    this.collections = collections;
  }

  /** Looks at everything. */
  public Findings run() throws SQLException {
    Findings findings = new Findings();
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      connection.setReadOnly(true);
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      DSLContext sql = DSL.using(connection, SQLDialect.POSTGRES);
      checkOwnRows(sql, findings);
      Recount.wrong(sql, collections, AT_ONCE)
          .forEach(wrong -> findings.add(Check.COUNTERS, wrong.differences()));
      checkDerived(new DerivedCheck(sql, collections.notificationAge()), findings);
      connection.rollback();
    }
    return findings;
  }

  private void checkOwnRows(DSLContext sql, Findings findings) {
    new OwnRowsCheck(collections, sql)
        .all(
            wrong -> {
              findings.add(Check.OWN_ROWS, wrong);
              wrong.forEach(one -> wrongRecords.add(one.uri()));
            });
    orphans.addAll(OrphanRows.find(collections, sql, AT_ONCE));
    orphans.forEach(of -> findings.add(Check.ORPHANS, of.words()));
  }

  private void checkDerived(DerivedCheck check, Findings findings) {
    check.posts(
        wrong -> {
          findings.add(Check.DERIVED, wrong);
          underived.addAll(wrong);
        });
    List<DerivedCheck.Wrong> left = check.orphans(AT_ONCE);
    findings.add(Check.DERIVED, left);
    List<DerivedCheck.Wrong> handles = check.handles(AT_ONCE);
    findings.add(Check.HANDLES, handles);
    underived.addAll(left);
    underived.addAll(handles);
  }

  /**
   * Mends what {@link #run} found and is still so. Rows are made anew while no indexer writes; what
   * is derived is put into the queue, for whoever derives.
   */
  public void repair() throws SQLException {
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      DSLContext sql = DSL.using(connection, SQLDialect.POSTGRES);
      lockPositions(sql);
      OwnRowsRepair orphaned = new OwnRowsRepair(collections, sql, connection);
      orphans.forEach(table -> wrongRecords.addAll(orphaned.orphans(table)));
      connection.commit();
      List<String> wrong = List.copyOf(wrongRecords);
      for (int at = 0; at < wrong.size(); at += PAGE) {
        lockPositions(sql);
        Counters counters = new Counters();
        new OwnRowsRepair(collections, sql, connection)
            .records(wrong.subList(at, Math.min(wrong.size(), at + PAGE)), counters);
        counters.store(sql);
        connection.commit();
      }
      for (Recount.Wrong counter : Recount.wrong(sql, collections, AT_ONCE)) {
        connection.commit();
        Recount.repair(sql, counter);
        connection.commit();
      }
      DerivedCheck.queue(sql, underived);
      connection.commit();
    }
  }

  /** No transaction of an indexer begins before this one ends. */
  private static void lockPositions(DSLContext sql) {
    sql.select(PARTITION_POSITION.PARTITION)
        .from(PARTITION_POSITION)
        .orderBy(PARTITION_POSITION.PARTITION)
        .forUpdate()
        .fetch();
  }
}
