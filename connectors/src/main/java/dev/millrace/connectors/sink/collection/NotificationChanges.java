package dev.millrace.connectors.sink.collection;

import static dev.millrace.schema.jooq.Tables.NOTIFICATION;
import static org.jooq.impl.DSL.any;

import dev.millrace.connectors.sink.sql.ArrayRows;
import dev.millrace.connectors.sink.sql.BinaryCopy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jooq.DSLContext;
import org.jooq.Field;

/**
 * How the notifications of some records differ from those that they are to have. Who has been told
 * stays so when the record is rewritten, whatever its age and whoever has muted the thread since:
 * only what the row says of the record follows. One transaction, one use.
 */
public final class NotificationChanges {
  private final Map<Long, Notification> superfluous = new TreeMap<>();
  private final Map<Long, Notification> outdated = new TreeMap<>();
  private final List<Notification> missing = new ArrayList<>();

  private NotificationChanges() {}

  /**
   * Compares.
   *
   * @param uris of the records that may have some
   * @param expected what follows from the records as they are, each once
   */
  public static NotificationChanges of(
      DSLContext sql,
      Collection<String> uris,
      Collection<Notification> expected,
      NotificationAge age) {
    Map<Notification.Key, Notification> open = new LinkedHashMap<>();
    Notifications.due(expected, sql).forEach(one -> open.put(one.key(), one));
    NotificationChanges changes = new NotificationChanges();
    held(sql, uris)
        .forEach(
            (id, held) -> {
              Notification due = open.remove(held.key());
              if (due == null) {
                changes.superfluous.put(id, held);
              } else if (!due.equals(held)) {
                changes.outdated.put(id, due);
              }
            });
    changes.missing.addAll(Notifications.wanted(open.values(), age, sql));
    return changes;
  }

  private static Map<Long, Notification> held(DSLContext sql, Collection<String> uris) {
    Map<Long, Notification> held = new HashMap<>();
    Field<?>[] columns = Notifications.TABLE.columns().toArray(Field<?>[]::new);
    if (!uris.isEmpty()) {
      sql.select(NOTIFICATION.ID)
          .select(Notifications.TABLE.columns())
          .from(NOTIFICATION)
          .where(NOTIFICATION.RECORDURI.eq(any(uris.toArray(String[]::new))))
          .forEach(
              row ->
                  held.put(
                      row.get(NOTIFICATION.ID), Notification.of(row.into(columns).intoArray())));
    }
    return held;
  }

  /** In words, with the record's URI. */
  public void describe(BiConsumer<String, String> found) {
    superfluous.values().forEach(one -> found.accept(one.uri(), one + " is too much"));
    outdated.values().forEach(one -> found.accept(one.uri(), one + " says it otherwise"));
    missing.forEach(one -> found.accept(one.uri(), one + " is missing"));
  }

  public void write(DSLContext sql, Connection connection) throws SQLException {
    if (!superfluous.isEmpty()) {
      sql.deleteFrom(NOTIFICATION)
          .where(NOTIFICATION.ID.eq(any(superfluous.keySet().toArray(Long[]::new))))
          .execute();
    }
    if (!outdated.isEmpty()) {
      ArrayRows rows = new ArrayRows(NOTIFICATION.ID, NOTIFICATION.RECORDCID, NOTIFICATION.SORTAT);
      outdated.forEach((id, now) -> rows.add(id, now.cid(), now.sortAt()));
      sql.update(NOTIFICATION)
          .set(NOTIFICATION.RECORDCID, rows.column(NOTIFICATION.RECORDCID))
          .set(NOTIFICATION.SORTAT, rows.column(NOTIFICATION.SORTAT))
          .from(rows.table())
          .where(NOTIFICATION.ID.eq(rows.column(NOTIFICATION.ID)))
          .execute();
    }
    BinaryCopy copy = new BinaryCopy(NOTIFICATION, Notifications.TABLE.columns());
    missing.forEach(one -> copy.row(one.row()));
    copy.send(connection);
  }
}
