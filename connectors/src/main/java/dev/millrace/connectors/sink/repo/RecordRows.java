package dev.millrace.connectors.sink.repo;

import static dev.millrace.schema.jooq.Tables.RECORD;
import static dev.millrace.schema.jooq.Tables.TOMBSTONE;
import static org.jooq.impl.DSL.any;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.collation;
import static org.jooq.impl.DSL.val;

import dev.millrace.connectors.sink.collection.Collections;
import dev.millrace.connectors.sink.collection.Counters;
import dev.millrace.connectors.sink.collection.NewRecord;
import dev.millrace.connectors.sink.collection.OwnChanges;
import dev.millrace.connectors.sink.collection.OwnRowsWriter;
import dev.millrace.connectors.sink.sql.ArrayRows;
import dev.millrace.connectors.sink.sql.BinaryCopy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jooq.DSLContext;
import org.jooq.Record5;
import org.jooq.TableField;
import org.jspecify.annotations.Nullable;

/**
 * The tables of records ({@code record}, {@code tombstone}, the collections' own): loads what a
 * batch touches into slots, and stores what the slots hold afterwards. One transaction, one use;
 * the number of statements does not depend on the number of rows.
 */
final class RecordRows {
  private static final List<TableField<?, ?>> RECORD_COLUMNS =
      List.of(
          RECORD.URI,
          RECORD.CID,
          RECORD.DID,
          RECORD.JSON,
          RECORD.INDEXEDAT,
          RECORD.REV,
          RECORD.ABSENT_REV);

  /** Greater than every rev. */
  static final String EVERY_REV = "~";

  private final DSLContext sql;
  private final Connection connection;
  private final Counters counters;

  RecordRows(DSLContext sql, Connection connection, Counters counters) {
    this.sql = sql;
    this.connection = connection;
    this.counters = counters;
  }

  /** Loads rows and tombstones of these URIs. */
  void load(Map<String, RecordSlot> slots) {
    String[] uris = slots.keySet().toArray(String[]::new);
    sql.select(RECORD.URI, RECORD.CID, RECORD.REV, RECORD.INDEXEDAT, RECORD.ABSENT_REV)
        .from(RECORD)
        .where(RECORD.URI.eq(any(uris)))
        .forEach(row -> with(slots.get(row.value1()), slot -> slot.load(version(row))));
    sql.select(TOMBSTONE.URI, TOMBSTONE.REV)
        .from(TOMBSTONE)
        .where(TOMBSTONE.URI.eq(any(uris)))
        .forEach(row -> with(slots.get(row.value1()), slot -> slot.loadTombstone(row.value2())));
  }

  /**
   * Loads rows older than a snapshot that a batch closes.
   *
   * @param revs by DID, the rev of the snapshot
   * @param limit at most so many rows
   */
  List<RecordSlot> loadOlderThan(Map<String, String> revs, int limit) {
    List<RecordSlot> older = new ArrayList<>();
    ArrayRows closed = new ArrayRows(RECORD.DID, RECORD.REV);
    revs.forEach(closed::add);
    sql.select(RECORD.URI, RECORD.CID, RECORD.REV, RECORD.INDEXEDAT, RECORD.ABSENT_REV)
        .from(RECORD)
        .join(closed.table())
        .on(RECORD.DID.eq(closed.column(RECORD.DID)))
        .where(
            coalesce(RECORD.REV, val(""))
                .collate(collation("C"))
                .lt(closed.column(RECORD.REV).collate(collation("C"))))
        .limit(limit)
        .forEach(
            row -> {
              RecordSlot slot = new RecordSlot(row.value1(), RecordUri.collection(row.value1()));
              slot.load(version(row));
              older.add(slot);
            });
    return older;
  }

  private static Version version(
      Record5<String, String, @Nullable String, String, @Nullable String> row) {
    String rev = row.value3();
    return new Version(row.value2(), rev == null ? "" : rev, row.value4(), row.value5(), null);
  }

  void store(Collection<RecordSlot> slots, Collections collections) throws SQLException {
    List<String> removed = new ArrayList<>();
    ArrayRows rewritten =
        new ArrayRows(
            RECORD.URI, RECORD.CID, RECORD.JSON, RECORD.INDEXEDAT, RECORD.REV, RECORD.ABSENT_REV);
    ArrayRows touched = new ArrayRows(RECORD.URI, RECORD.INDEXEDAT, RECORD.REV, RECORD.ABSENT_REV);
    BinaryCopy inserted = new BinaryCopy(RECORD, RECORD_COLUMNS);
    List<String> insertedUris = new ArrayList<>();
    OwnChanges own = new OwnChanges();
    for (RecordSlot slot : slots) {
      Version before = slot.stored();
      Version now = slot.now();
      String uri = slot.uri();
      if (now == null) {
        if (before != null) {
          removed.add(uri);
          own.remove(slot.collection(), uri);
        }
      } else if (before == null) {
        NewRecord content = content(uri, now);
        insertedUris.add(uri);
        inserted.row(
            uri,
            now.cid(),
            content.did(),
            content.json(),
            now.indexedAt(),
            now.rev(),
            now.absentRev());
        own.write(content, now.indexedAt());
      } else if (!before.cid().equals(now.cid())) {
        NewRecord content = content(uri, now);
        rewritten.add(
            uri, now.cid(), content.json().toString(), now.indexedAt(), now.rev(), now.absentRev());
        own.remove(slot.collection(), uri);
        own.write(content, now.indexedAt());
      } else if (!now.equals(before)) {
        boolean isRetimed = !before.indexedAt().equals(now.indexedAt());
        if (isRetimed) {
          own.retime(slot.collection(), uri, now.indexedAt());
        }
        touched.add(uri, now.indexedAt(), now.rev(), now.absentRev());
      }
    }
    if (!removed.isEmpty()) {
      sql.deleteFrom(RECORD).where(RECORD.URI.eq(any(removed.toArray(String[]::new)))).execute();
    }
    if (!rewritten.isEmpty()) {
      sql.update(RECORD)
          .set(RECORD.CID, rewritten.column(RECORD.CID))
          .set(RECORD.JSON, rewritten.column(RECORD.JSON))
          .set(RECORD.INDEXEDAT, rewritten.column(RECORD.INDEXEDAT))
          .set(RECORD.REV, rewritten.column(RECORD.REV))
          .set(RECORD.ABSENT_REV, rewritten.column(RECORD.ABSENT_REV))
          .from(rewritten.table())
          .where(RECORD.URI.eq(rewritten.column(RECORD.URI)))
          .execute();
    }
    if (!touched.isEmpty()) {
      sql.update(RECORD)
          .set(RECORD.INDEXEDAT, touched.column(RECORD.INDEXEDAT))
          .set(RECORD.REV, touched.column(RECORD.REV))
          .set(RECORD.ABSENT_REV, touched.column(RECORD.ABSENT_REV))
          .from(touched.table())
          .where(RECORD.URI.eq(touched.column(RECORD.URI)))
          .execute();
    }
    inserted.send(connection);
    KeptRecords.giveBack(sql, insertedUris);
    new OwnRowsWriter(collections, sql, connection, counters).write(own);
  }

  /** Takes the revs from all rows of repos whose generation ended, and their tombstones away. */
  void demote(Collection<RepoSlot> repos) {
    String[] dids =
        repos.stream().filter(RepoSlot::isDemoted).map(RepoSlot::did).toArray(String[]::new);
    if (dids.length > 0) {
      sql.update(RECORD)
          .set(RECORD.REV, "")
          .where(RECORD.DID.eq(any(dids)))
          .and(RECORD.REV.ne(""))
          .execute();
      sql.deleteFrom(TOMBSTONE).where(TOMBSTONE.DID.eq(any(dids))).execute();
    }
  }

  void storeTombstones(Collection<RepoSlot> repos, Collection<RecordSlot> slots) {
    ArrayRows swept = new ArrayRows(TOMBSTONE.DID, TOMBSTONE.REV);
    for (RepoSlot repo : repos) {
      if (repo.sweptRev() != null) {
        swept.add(repo.did(), repo.sweptRev());
      }
    }
    if (!swept.isEmpty()) {
      sql.deleteFrom(TOMBSTONE)
          .using(swept.table())
          .where(TOMBSTONE.DID.eq(swept.column(TOMBSTONE.DID)))
          .and(
              TOMBSTONE
                  .REV
                  .collate(collation("C"))
                  .le(swept.column(TOMBSTONE.REV).collate(collation("C"))))
          .execute();
    }
    List<String> lifted = new ArrayList<>();
    ArrayRows laid = new ArrayRows(TOMBSTONE.URI, TOMBSTONE.DID, TOMBSTONE.REV);
    for (RecordSlot slot : slots) {
      String before = slot.storedTombstone();
      String now = slot.tombstone();
      if (now != null && !now.equals(before)) {
        laid.add(slot.uri(), RecordUri.did(slot.uri()), now);
      } else if (now == null && before != null) {
        lifted.add(slot.uri());
      }
    }
    if (!lifted.isEmpty()) {
      sql.deleteFrom(TOMBSTONE)
          .where(TOMBSTONE.URI.eq(any(lifted.toArray(String[]::new))))
          .execute();
    }
    laid.upsert(sql, TOMBSTONE, TOMBSTONE.URI);
  }

  private static NewRecord content(String uri, Version version) {
    NewRecord content = version.content();
    if (content == null) {
      throw new IllegalStateException("a new version without content: " + uri);
    }
    return content;
  }

  private static <T> void with(@Nullable T value, Consumer<T> action) {
    if (value != null) {
      action.accept(value);
    }
  }
}
