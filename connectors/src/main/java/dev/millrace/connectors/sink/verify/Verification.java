package dev.millrace.connectors.sink.verify;

import dev.millrace.connectors.sink.collection.Collections;
import dev.millrace.connectors.sink.collection.OrphanRows;
import dev.millrace.connectors.sink.collection.OwnRowsCheck;
import dev.millrace.connectors.sink.collection.OwnRowsCheck.Wrong;
import dev.millrace.connectors.sink.derive.DerivedCheck;
import dev.millrace.connectors.sink.queue.DeriveFailures;
import dev.millrace.connectors.sink.verify.Findings.Check;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.function.IntConsumer;
import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;

/**
 * Compares the tables with each other, all as of one moment, so that an indexer may run meanwhile;
 * only what waits to be derived may differ then. One use, one thread.
 */
public final class Verification {
  private static final String ROWS =
      """
      SELECT coalesce(sum(greatest(reltuples, 0)), 0)::bigint FROM pg_class
      WHERE oid IN ('record'::regclass, 'post'::regclass)
      """;

  private final DataSource database;
  private final Collections collections;
  private final Repair repair;

  public Verification(DataSource database, Collections collections) {
    this.database = database;
    this.collections = collections;
    this.repair = new Repair(database, collections);
  }

  /** How many rows {@link #run} looks at one by one, by the planner's estimate; 0: it has none. */
  public long rows() throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement();
        ResultSet estimate = statement.executeQuery(ROWS)) {
      estimate.next();
      return estimate.getLong(1);
    }
  }

  /** Looks at everything. */
  public Findings run() throws SQLException {
    return run(looked -> {});
  }

  /**
   * The same.
   *
   * @param looked is told, some at a time, how many rows were looked at
   */
  public Findings run(IntConsumer looked) throws SQLException {
    Findings findings = new Findings();
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      connection.setReadOnly(true);
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      DSLContext sql = DSL.using(connection, SQLDialect.POSTGRES);
      checkOwnRows(sql, findings, looked);
      Recount.compare(
          sql, collections, (counter, differences) -> findings.add(Check.COUNTERS, differences));
      checkDerived(sql, findings, looked);
      connection.rollback();
    }
    return findings;
  }

  private void checkOwnRows(DSLContext sql, Findings findings, IntConsumer looked) {
    new OwnRowsCheck(collections, sql)
        .all(
            wrong -> {
              findings.add(Check.UNREADABLE, wrong.stream().filter(Wrong::isUnreadable).toList());
              List<Wrong> mendable = wrong.stream().filter(one -> !one.isUnreadable()).toList();
              findings.add(Check.OWN_ROWS, mendable);
              mendable.forEach(one -> repair.record(one.uri()));
            },
            looked);
    OrphanRows.find(
        collections,
        sql,
        orphans -> {
          findings.add(Check.ORPHANS, orphans.words());
          repair.orphans(orphans);
        });
  }

  private void checkDerived(DSLContext sql, Findings findings, IntConsumer looked) {
    DerivedCheck check = new DerivedCheck(sql, collections.notificationAge());
    check.posts(wrong -> derived(Check.DERIVED, wrong, findings), looked);
    check.orphans(wrong -> derived(Check.DERIVED, wrong, findings));
    check.handles(wrong -> derived(Check.HANDLES, wrong, findings));
    DeriveFailures.describe(sql, words -> findings.add(Check.UNDERIVABLE, words));
  }

  private void derived(Check check, List<DerivedCheck.Wrong> wrong, Findings findings) {
    findings.add(check, wrong);
    repair.derived(wrong);
  }

  /**
   * Mends what {@link #run} found and is still so, as far as {@link Repair} could hold it: another
   * verification finds what is left. Rows are made anew while no indexer writes; what is derived is
   * put into the queue, for whoever derives.
   */
  public void repair() throws SQLException, InterruptedException {
    repair.run();
  }
}
