package dev.millrace.app.compare;

import static dev.millrace.schema.jooq.Tables.ACTOR;
import static dev.millrace.schema.jooq.Tables.ACTOR_SYNC;
import static dev.millrace.schema.jooq.Tables.LABEL;
import static dev.millrace.schema.jooq.Tables.RECORD;

import dev.millrace.connectors.sink.collection.Collections;
import dev.millrace.connectors.sink.collection.OrphanRows;
import dev.millrace.connectors.sink.collection.OwnRowsCheck;
import dev.millrace.schema.database.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jooq.DSLContext;
import org.jooq.Record3;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;

/** Postgres's side of a comparison: all of it as of one moment. Owned by one thread. */
final class Rows implements AutoCloseable {
  private static final int FETCH = 10_000;

  private final Connection connection;
  private final DSLContext sql;
  private final Map<String, String> statuses;
  private final Map<String, String> revs;

  Rows(Database database) throws SQLException {
    connection = database.dataSource().getConnection();
    connection.setAutoCommit(false);
    connection.setReadOnly(true);
    connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
    sql = DSL.using(connection, SQLDialect.POSTGRES);
    statuses =
        sql.select(ACTOR.DID, ACTOR.UPSTREAMSTATUS)
            .from(ACTOR)
            .where(ACTOR.UPSTREAMSTATUS.isNotNull())
            .fetchMap(ACTOR.DID, ACTOR.UPSTREAMSTATUS);
    revs =
        sql.select(ACTOR_SYNC.DID, ACTOR_SYNC.REPOREV)
            .from(ACTOR_SYNC)
            .where(ACTOR_SYNC.REPOREV.isNotNull())
            .fetchMap(ACTOR_SYNC.DID, ACTOR_SYNC.REPOREV);
  }

  /** What is held of an account, by {@code collection/rkey}. */
  Map<String, HeldRecord> records(String did) {
    int prefix = ("at://" + did + "/").length();
    Map<String, HeldRecord> records = new HashMap<>();
    for (Record3<String, String, String> row :
        sql.select(RECORD.URI, RECORD.CID, RECORD.JSON)
            .from(RECORD)
            .where(RECORD.DID.eq(did))
            .fetch()) {
      records.put(row.value1().substring(prefix), new HeldRecord(row.value2(), row.value3()));
    }
    return records;
  }

  /** Where the tables of the collections do not agree with table {@code record}. */
  List<String> ownTableDifferences() {
    OwnRowsCheck check = new OwnRowsCheck(Collections.indexed(), sql);
    List<String> differences = new ArrayList<>();
    check.all(wrong -> wrong.forEach(one -> differences.add(one.toString())), looked -> {});
    OrphanRows.find(Collections.indexed(), sql, orphans -> differences.addAll(orphans.words()));
    return differences;
  }

  /** How many records each account has that has any. */
  Map<String, Integer> recordCounts() {
    return sql.select(RECORD.DID, DSL.count())
        .from(RECORD)
        .groupBy(RECORD.DID)
        .fetchSize(FETCH)
        .fetchMap(RECORD.DID, DSL.count());
  }

  /** Of the accounts that are not active. */
  Map<String, String> statuses() {
    return statuses;
  }

  /** Of the repos that were ever written. */
  Map<String, String> revs() {
    return revs;
  }

  Set<LabelKey> labels() {
    return new HashSet<>(
        sql.select(LABEL.SRC, LABEL.URI, LABEL.CID, LABEL.VAL)
            .from(LABEL)
            .where(LABEL.NEG.isFalse())
            .fetch(row -> new LabelKey(row.value1(), row.value2(), row.value3(), row.value4())));
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
