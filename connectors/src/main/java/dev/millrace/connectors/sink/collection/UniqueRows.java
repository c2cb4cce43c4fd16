package dev.millrace.connectors.sink.collection;

import static dev.millrace.schema.jooq.Tables.DUPLICATE_RECORD;
import static dev.millrace.schema.jooq.Tables.RECORD;
import static org.jooq.impl.DSL.any;
import static org.jooq.impl.DSL.collation;

import dev.millrace.connectors.sink.collection.OwnChanges.Fresh;
import dev.millrace.connectors.sink.collection.OwnChanges.OfCollection;
import dev.millrace.connectors.sink.queue.Derivations;
import dev.millrace.connectors.sink.sql.ArrayRows;
import dev.millrace.connectors.sink.sql.BinaryCopy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Writes the rows of a collection with a {@link UniqueKey}. Of the records with one key the
 * smallest URI holds the row; the others wait in {@code duplicate_record}, each pointing to the
 * holder, and the smallest of them follows when the holder goes. Rows in the collection's other
 * tables are each record's own, whoever holds the key. One batch, one use.
 */
final class UniqueRows {
  private record Key(String creator, String subject) {}

  private record Holder(String uri, String cid, String indexedAt) {}

  private final Collection collection;
  private final UniqueKey unique;
  private final CollectionRows rows;
  private final DSLContext sql;
  private final Connection connection;
  private final Counters counters;
  private final Derivations derivations;

  private final List<Fresh> winners = new ArrayList<>();
  private final List<String> demoted = new ArrayList<>();
  private final List<String> promoted = new ArrayList<>();
  private final Map<String, String> heirs = new LinkedHashMap<>();
  private final BinaryCopy duplicates =
      new BinaryCopy(
          DUPLICATE_RECORD,
          List.of(
              DUPLICATE_RECORD.URI,
              DUPLICATE_RECORD.CID,
              DUPLICATE_RECORD.DUPLICATEOF,
              DUPLICATE_RECORD.INDEXEDAT));

  UniqueRows(
      Collection collection,
      UniqueKey unique,
      CollectionRows rows,
      DSLContext sql,
      Connection connection,
      Counters counters,
      Derivations derivations) {
    this.collection = collection;
    this.unique = unique;
    this.rows = rows;
    this.sql = sql;
    this.connection = connection;
    this.counters = counters;
    this.derivations = derivations;
  }

  void write(OfCollection changes) throws SQLException {
    Map<Key, String> removed = remove(changes.gone);
    Map<Key, List<Fresh>> fresh = byKey(changes.fresh);
    Map<Key, Holder> holders = holders(fresh.keySet());
    Map<String, Fresh> waiting = waiting(removed.values());
    Set<Key> keys = new HashSet<>(removed.keySet());
    keys.addAll(fresh.keySet());
    for (Key key : keys) {
      collection.keyChanged(key.creator(), key.subject(), derivations);
      List<Fresh> candidates = new ArrayList<>(fresh.getOrDefault(key, List.of()));
      candidates.sort(Comparator.comparing(candidate -> candidate.record().uri()));
      String gone = removed.get(key);
      if (gone != null) {
        succeed(gone, waiting.get(gone), candidates);
      } else {
        join(holders.get(key), candidates);
      }
    }
    rows.delete(unique.others(), changes.gone);
    rows.delete(unique.tables(), demoted);
    deleteDuplicates(promoted);
    repoint();
    rows.copy(unique.tables(), winners);
    duplicates.send(connection);
    List<OwnTable> others =
        collection.tables().stream().filter(table -> !unique.tables().contains(table)).toList();
    rows.delete(others, changes.gone);
    rows.copy(others, changes.fresh);
  }

  /** The holder went: who follows it. */
  private void succeed(String gone, @Nullable Fresh heir, List<Fresh> candidates) {
    boolean isHeirFirst =
        heir != null
            && (candidates.isEmpty()
                || heir.record().uri().compareTo(candidates.getFirst().record().uri()) < 0);
    if (heir != null && isHeirFirst) {
      promoted.add(heir.record().uri());
      win(heir, candidates);
      heirs.put(gone, heir.record().uri());
    } else if (!candidates.isEmpty()) {
      Fresh winner = candidates.removeFirst();
      win(winner, candidates);
      if (heir != null) {
        heirs.put(gone, winner.record().uri());
      }
    }
  }

  /** Records join a key that nobody or another record holds. */
  private void join(@Nullable Holder holder, List<Fresh> candidates) {
    if (holder != null && holder.uri().compareTo(candidates.getFirst().record().uri()) < 0) {
      candidates.forEach(candidate -> wait(candidate, holder.uri()));
      return;
    }
    Fresh winner = candidates.removeFirst();
    win(winner, candidates);
    if (holder != null) {
      demoted.add(holder.uri());
      duplicates.row(holder.uri(), holder.cid(), winner.record().uri(), holder.indexedAt());
      heirs.put(holder.uri(), winner.record().uri());
    }
  }

  private void win(Fresh winner, List<Fresh> others) {
    winners.add(winner);
    others.forEach(other -> wait(other, winner.record().uri()));
  }

  private void wait(Fresh duplicate, String holder) {
    NewRecord record = duplicate.record();
    duplicates.row(record.uri(), record.cid(), holder, duplicate.indexedAt());
  }

  /** Deletes rows and duplicates of these records; returns who held what. */
  private Map<Key, String> remove(List<String> uris) {
    Map<Key, String> removed = new HashMap<>();
    if (uris.isEmpty()) {
      return removed;
    }
    OwnTable main = unique.table();
    sql.deleteFrom(main.table())
        .where(main.uri().eq(any(uris.toArray(String[]::new))))
        .returning(main.uri(), unique.creator(), unique.subject())
        .fetch()
        .forEach(
            row -> {
              counters.went(collection, main.table(), row);
              removed.put(
                  new Key(row.get(unique.creator()), row.get(unique.subject())),
                  row.get(main.uri()));
            });
    deleteDuplicates(uris);
    return removed;
  }

  private Map<Key, List<Fresh>> byKey(List<Fresh> fresh) {
    Map<Key, List<Fresh>> byKey = new HashMap<>();
    int creator = unique.table().indexOf(unique.creator());
    int subject = unique.table().indexOf(unique.subject());
    for (Fresh record : fresh) {
      for (OwnRow row : record.record().rows()) {
        if (row.table().equals(unique.table())) {
          Key key = new Key(row.text(creator), row.text(subject));
          byKey.computeIfAbsent(key, k -> new ArrayList<>()).add(record);
        }
      }
    }
    return byKey;
  }

  private Map<Key, Holder> holders(Set<Key> keys) {
    Map<Key, Holder> holders = new HashMap<>();
    if (keys.isEmpty()) {
      return holders;
    }
    ArrayRows wanted = new ArrayRows(unique.creator(), unique.subject());
    keys.forEach(key -> wanted.add(key.creator(), key.subject()));
    OwnTable main = unique.table();
    var cid = main.table().field("cid", String.class);
    var indexedAt = main.table().field("indexedAt", String.class);
    sql.select(main.uri(), cid, indexedAt, unique.creator(), unique.subject())
        .from(main.table())
        .join(wanted.table())
        .on(
            unique
                .creator()
                .eq(wanted.column(unique.creator()))
                .and(unique.subject().eq(wanted.column(unique.subject()))))
        .forEach(
            row ->
                holders.put(
                    new Key(row.value4(), row.value5()),
                    new Holder(row.value1(), row.value2(), row.value3())));
    return holders;
  }

  /** Of each of these former holders the first that waits for it. */
  private Map<String, Fresh> waiting(java.util.Collection<String> formerHolders) {
    Map<String, Fresh> waiting = new HashMap<>();
    if (formerHolders.isEmpty()) {
      return waiting;
    }
    sql.select(
            DUPLICATE_RECORD.DUPLICATEOF,
            DUPLICATE_RECORD.URI,
            DUPLICATE_RECORD.INDEXEDAT,
            RECORD.CID,
            RECORD.DID,
            RECORD.JSON)
        .distinctOn(DUPLICATE_RECORD.DUPLICATEOF)
        .from(DUPLICATE_RECORD)
        .join(RECORD)
        .on(RECORD.URI.eq(DUPLICATE_RECORD.URI))
        .where(DUPLICATE_RECORD.DUPLICATEOF.eq(any(formerHolders.toArray(String[]::new))))
        .orderBy(
            DUPLICATE_RECORD.DUPLICATEOF,
            // Byte order, as String.compareTo has it for ASCII; a locale's would differ.
            DUPLICATE_RECORD.URI.collate(collation("C")))
        .forEach(
            row -> {
              NewRecord record =
                  StoredRecord.readOrNull(
                      collection, row.value2(), row.value4(), row.value5(), row.value6());
              if (record != null) {
                waiting.put(row.value1(), new Fresh(record, row.value3()));
              }
            });
    return waiting;
  }

  private void deleteDuplicates(List<String> uris) {
    if (!uris.isEmpty()) {
      sql.deleteFrom(DUPLICATE_RECORD)
          .where(DUPLICATE_RECORD.URI.eq(any(uris.toArray(String[]::new))))
          .execute();
    }
  }

  /** Those who waited for a former holder wait for its heir. */
  private void repoint() {
    ArrayRows rows = new ArrayRows(DUPLICATE_RECORD.DUPLICATEOF, DUPLICATE_RECORD.URI);
    heirs.forEach(
        (holder, heir) -> {
          if (!holder.equals(heir)) {
            rows.add(holder, heir);
          }
        });
    if (!rows.isEmpty()) {
      sql.update(DUPLICATE_RECORD)
          .set(DUPLICATE_RECORD.DUPLICATEOF, rows.column(DUPLICATE_RECORD.URI))
          .from(rows.table())
          .where(DUPLICATE_RECORD.DUPLICATEOF.eq(rows.column(DUPLICATE_RECORD.DUPLICATEOF)))
          .execute();
    }
  }
}
