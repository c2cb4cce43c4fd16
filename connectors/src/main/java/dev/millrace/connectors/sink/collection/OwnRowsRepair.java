package dev.millrace.connectors.sink.collection;

import static dev.millrace.schema.jooq.Tables.DUPLICATE_RECORD;
import static dev.millrace.schema.jooq.Tables.RECORD;
import static org.jooq.impl.DSL.any;

import dev.millrace.connectors.sink.queue.Derivations;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jooq.DSLContext;

/**
 * Makes wrong rows anew. Nobody else may write them meanwhile: the transaction holds the locks of
 * all partition numbers. Counters are moved as the rows are; those that were wrong stay so.
 */
public final class OwnRowsRepair {
  private final Collections collections;
  private final DSLContext sql;
  private final Connection connection;

  public OwnRowsRepair(Collections collections, DSLContext sql, Connection connection) {
    this.collections = collections;
    this.sql = sql;
    this.connection = connection;
  }

  /** Those of these records that are still wrong; returns how many. */
  public int records(java.util.Collection<String> uris, Counters counters) throws SQLException {
    OwnRowsCheck check = new OwnRowsCheck(collections, sql);
    Set<String> wrong = new HashSet<>();
    check.of(uris).stream().filter(one -> !one.isUnreadable()).forEach(one -> wrong.add(one.uri()));
    OwnChanges changes = new OwnChanges();
    check
        .load(wrong, new ArrayList<>())
        .values()
        .forEach(
            records ->
                records.forEach(
                    fresh -> {
                      changes.remove(fresh.record().collection(), fresh.record().uri());
                      changes.write(fresh.record(), fresh.indexedAt());
                    }));
    new OwnRowsWriter(collections, sql, connection, counters).write(changes);
    return wrong.size();
  }

  /** Rows that are made of no record go; returns the records that waited for one of them. */
  public List<String> orphans(OrphanRows orphans) {
    OwnTable table = orphans.table();
    String[] uris = orphans.uris().toArray(String[]::new);
    sql.deleteFrom(table.table())
        .where(table.uri().eq(any(uris)))
        .andNotExists(sql.selectOne().from(RECORD).where(RECORD.URI.eq(table.uri())))
        .execute();
    Derivations derivations = new Derivations();
    for (Collection collection : collections.all()) {
      if (collection.tables().contains(table)) {
        orphans.uris().stream()
            .filter(uri -> uri.contains("/" + collection.nsid() + "/"))
            .forEach(uri -> collection.recordChanged(uri, derivations));
      }
    }
    derivations.store(sql);
    return sql.select(DUPLICATE_RECORD.URI)
        .from(DUPLICATE_RECORD)
        .where(DUPLICATE_RECORD.DUPLICATEOF.eq(any(uris)))
        .fetch(DUPLICATE_RECORD.URI);
  }
}
