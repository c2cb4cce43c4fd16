package dev.millrace.connectors.sink.collection;

import static dev.millrace.schema.jooq.Tables.DUPLICATE_RECORD;
import static dev.millrace.schema.jooq.Tables.RECORD;
import static org.jooq.impl.DSL.any;

import dev.millrace.connectors.sink.collection.OwnChanges.Fresh;
import dev.millrace.connectors.sink.collection.OwnChanges.OfCollection;
import dev.millrace.connectors.sink.collection.OwnChanges.Retimed;
import dev.millrace.connectors.sink.queue.Derivations;
import dev.millrace.connectors.sink.sql.ArrayRows;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jooq.DSLContext;
import org.jooq.Table;
import org.jooq.TableField;

/**
 * Writes the own rows of every collection, a few statements a collection whatever the number of
 * records. Table {@code record} must have been written before, in the same transaction: rows that
 * are made anew are made from it.
 */
public final class OwnRowsWriter {
  private final Collections collections;
  private final DSLContext sql;
  private final Connection connection;
  private final Counters counters;

  public OwnRowsWriter(
      Collections collections, DSLContext sql, Connection connection, Counters counters) {
    this.collections = collections;
    this.sql = sql;
    this.connection = connection;
    this.counters = counters;
  }

  public void write(OwnChanges changes) throws SQLException {
    Derivations derivations = new Derivations();
    // By name: two workers then touch the tables in the same order.
    for (Map.Entry<String, OfCollection> entry : new TreeMap<>(changes.byCollection()).entrySet()) {
      Collection collection = collections.get(entry.getKey());
      if (collection != null) {
        write(collection, entry.getValue(), derivations);
      }
    }
    derivations.store(sql);
  }

  private void write(Collection collection, OfCollection changes, Derivations derivations)
      throws SQLException {
    if (collection.isMadeOfIndexedAt()) {
      remake(collection, changes);
    }
    changes.gone.forEach(uri -> collection.recordChanged(uri, derivations));
    changes.fresh.forEach(fresh -> collection.recordChanged(fresh.record().uri(), derivations));
    CollectionRows rows =
        new CollectionRows(collection, collections.notificationAge(), sql, connection, counters);
    UniqueKey key = collection.uniqueKey();
    if (key == null) {
      rows.delete(collection.tables(), changes.gone);
      rows.copy(collection.tables(), changes.fresh);
    } else {
      new UniqueRows(collection, key, rows, sql, connection, counters, derivations).write(changes);
      retime(DUPLICATE_RECORD, DUPLICATE_RECORD.URI, DUPLICATE_RECORD.INDEXEDAT, changes.retimed);
    }
    rows.tell();
    for (OwnTable table : collection.tables()) {
      TableField<?, String> indexedAt = table.indexedAt();
      if (indexedAt != null) {
        retime(table.table(), table.uri(), indexedAt, changes.retimed);
      }
    }
  }

  /** Turns retimed records into rewritten ones. */
  private void remake(Collection collection, OfCollection changes) {
    if (changes.retimed.isEmpty()) {
      return;
    }
    Map<String, String> times = new HashMap<>();
    changes.retimed.forEach(retimed -> times.put(retimed.uri(), retimed.indexedAt()));
    sql.select(RECORD.URI, RECORD.CID, RECORD.DID, RECORD.JSON)
        .from(RECORD)
        .where(RECORD.URI.eq(any(times.keySet().toArray(String[]::new))))
        .forEach(
            row -> {
              NewRecord record =
                  StoredRecord.readOrNull(
                      collection, row.value1(), row.value2(), row.value3(), row.value4());
              if (record != null) {
                changes.fresh.add(new Fresh(record, times.getOrDefault(row.value1(), "")));
              }
            });
    changes.gone.addAll(times.keySet());
    changes.retimed.clear();
  }

  private void retime(
      Table<?> table,
      TableField<?, String> uri,
      TableField<?, String> indexedAt,
      List<Retimed> retimed) {
    if (retimed.isEmpty()) {
      return;
    }
    ArrayRows rows = new ArrayRows(uri, indexedAt);
    retimed.forEach(record -> rows.add(record.uri(), record.indexedAt()));
    sql.update(table)
        .set(indexedAt, rows.column(indexedAt))
        .from(rows.table())
        .where(uri.eq(rows.column(uri)))
        .execute();
  }
}
