package dev.millrace.connectors.sink.verify;

import static dev.millrace.schema.jooq.Tables.PARTITION_POSITION;

import dev.millrace.atproto.retry.Backoff;
import dev.millrace.connectors.sink.collection.Collections;
import dev.millrace.connectors.sink.collection.Counter;
import dev.millrace.connectors.sink.collection.Counters;
import dev.millrace.connectors.sink.collection.OrphanRows;
import dev.millrace.connectors.sink.collection.OwnRowsRepair;
import dev.millrace.connectors.sink.derive.DerivedCheck;
import dev.millrace.connectors.sink.sql.Pages;
import dev.millrace.connectors.sink.sql.SqlFailure;
import dev.millrace.connectors.sink.verify.Recount.Difference;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;

/**
 * Mends what a verification found, a page in a transaction, each tried again where it collides with
 * others. One use, one thread.
 */
final class Repair {
  /** Of each kind of finding so many are held; a verification after the repair finds the others. */
  private static final int MAX_HELD = 100_000;

  private static final int MAX_COLLISIONS = 10;

  private final DataSource database;
  private final Collections collections;
  private final Set<String> records = new TreeSet<>();
  private final List<OrphanRows> orphans = new ArrayList<>();
  private final List<DerivedCheck.Wrong> derived = new ArrayList<>();
  private int orphanRows;

  Repair(DataSource database, Collections collections) {
    this.database = database;
    this.collections = collections;
  }

  /** A record whose own rows are not what they must be. */
  void record(String uri) {
    if (records.size() < MAX_HELD) {
      records.add(uri);
    }
  }

  void orphans(OrphanRows of) {
    if (orphanRows < MAX_HELD) {
      orphans.add(of);
      orphanRows += of.uris().size();
    }
  }

  void derived(List<DerivedCheck.Wrong> wrong) {
    wrong.stream().limit(MAX_HELD - derived.size()).forEach(derived::add);
  }

  private interface Work {
    void run(DSLContext sql, Connection connection) throws SQLException;
  }

  void run() throws SQLException, InterruptedException {
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      for (OrphanRows of : orphans) {
        inTransaction(connection, (sql, own) -> delete(of, sql, own));
      }
      for (List<String> page : pages(List.copyOf(records))) {
        inTransaction(connection, (sql, own) -> makeAnew(page, sql, own));
      }
      recount(connection);
      for (List<DerivedCheck.Wrong> page : pages(derived)) {
        inTransaction(connection, (sql, own) -> DerivedCheck.queue(sql, page));
      }
    }
  }

  private void delete(OrphanRows of, DSLContext sql, Connection connection) {
    lockPositions(sql);
    records.addAll(new OwnRowsRepair(collections, sql, connection).orphans(of));
  }

  private void makeAnew(List<String> uris, DSLContext sql, Connection connection)
      throws SQLException {
    lockPositions(sql);
    Counters counters = new Counters();
    new OwnRowsRepair(collections, sql, connection).records(uris, counters);
    counters.store(sql);
  }

  /** As they are now that the rows have been mended, which moved them. */
  private void recount(Connection connection) throws SQLException, InterruptedException {
    Map<Counter, List<String>> wrong = new LinkedHashMap<>();
    inTransaction(
        connection,
        (sql, own) ->
            Recount.compare(
                sql,
                collections,
                (counter, found) -> {
                  List<String> keys = wrong.computeIfAbsent(counter, c -> new ArrayList<>());
                  found.stream()
                      .limit(MAX_HELD - keys.size())
                      .map(Difference::key)
                      .forEach(keys::add);
                }));
    for (Map.Entry<Counter, List<String>> entry : wrong.entrySet()) {
      for (List<String> page : pages(entry.getValue())) {
        inTransaction(connection, (sql, own) -> Recount.repair(sql, entry.getKey(), page));
      }
    }
  }

  private static <T> List<List<T>> pages(List<T> all) {
    List<List<T>> pages = new ArrayList<>();
    for (int at = 0; at < all.size(); at += Pages.SIZE) {
      pages.add(all.subList(at, Math.min(all.size(), at + Pages.SIZE)));
    }
    return pages;
  }

  private static void inTransaction(Connection connection, Work work)
      throws SQLException, InterruptedException {
    Backoff backoff =
        new Backoff(Duration.ofMillis(50), Duration.ofSeconds(2), RandomGenerator.getDefault());
    while (true) {
      try {
        work.run(DSL.using(connection, SQLDialect.POSTGRES), connection);
        connection.commit();
        return;
      } catch (SQLException | DataAccessException e) {
        connection.rollback();
        if (SqlFailure.of(e) != SqlFailure.COLLISION || backoff.failures() == MAX_COLLISIONS) {
          throw e;
        }
      }
      Thread.sleep(backoff.next());
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
