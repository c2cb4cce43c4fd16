package dev.millrace.connectors.sink.collection;

import static org.jooq.impl.DSL.any;

import dev.millrace.connectors.sink.collection.OwnChanges.Fresh;
import dev.millrace.connectors.sink.sql.BinaryCopy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jooq.DSLContext;
import org.jooq.TableField;
import org.jspecify.annotations.Nullable;

/** The rows of one collection as they come and go, and are counted. One transaction, one use. */
final class CollectionRows {
  private final Collection collection;
  private final NotificationAge age;
  private final DSLContext sql;
  private final Connection connection;
  private final Counters counters;

  /** Records that may have notifications. */
  private final Set<String> retold = new HashSet<>();

  private final List<Notification> told = new ArrayList<>();

  CollectionRows(
      Collection collection,
      NotificationAge age,
      DSLContext sql,
      Connection connection,
      Counters counters) {
    this.collection = collection;
    this.age = age;
    this.sql = sql;
    this.connection = connection;
    this.counters = counters;
  }

  /** Deletes the rows that these records have in some tables. */
  void delete(List<OwnTable> tables, List<String> uris) {
    if (uris.isEmpty()) {
      return;
    }
    String[] array = uris.toArray(String[]::new);
    for (OwnTable table : tables) {
      if (table.equals(Notifications.TABLE)) {
        retold.addAll(uris);
        continue;
      }
      var deletion = sql.deleteFrom(table.table()).where(table.uri().eq(any(array)));
      List<TableField<?, ?>> by =
          collection.counters().stream()
              .filter(counter -> counter.counts(table.table()))
              .flatMap(Counter::columns)
              .distinct()
              .toList();
      if (by.isEmpty()) {
        deletion.execute();
      } else {
        deletion
            .returning(by)
            .fetch()
            .forEach(row -> counters.went(collection, table.table(), row));
      }
    }
  }

  /** Writes the rows of these records into some tables, where they must not be yet. */
  void copy(List<OwnTable> tables, List<Fresh> fresh) throws SQLException {
    for (OwnTable table : tables) {
      List<@Nullable Object[]> rows = new ArrayList<>();
      for (Fresh record : fresh) {
        for (OwnRow row : record.record().rows()) {
          if (row.table().equals(table)) {
            rows.add(row.written(record.indexedAt()));
            counters.came(collection, row);
          }
        }
      }
      if (table.equals(Notifications.TABLE)) {
        rows.forEach(row -> told.add(Notification.of(row)));
      } else {
        BinaryCopy copy = new BinaryCopy(table.table(), table.columns());
        rows.forEach(copy::row);
        copy.send(connection);
      }
    }
  }

  /** Writes the notifications, of which those of rewritten records stay. Once, at the end. */
  void tell() throws SQLException {
    if (!retold.isEmpty() || !told.isEmpty()) {
      NotificationChanges.of(sql, retold, told, age).write(sql, connection);
    }
  }
}
