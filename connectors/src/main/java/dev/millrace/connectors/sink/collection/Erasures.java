package dev.millrace.connectors.sink.collection;

import static dev.millrace.schema.jooq.Tables.NOTIFICATION;
import static dev.millrace.schema.jooq.Tables.REPO_STATE;
import static org.jooq.impl.DSL.any;

import dev.millrace.connectors.sink.sql.ArrayRows;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import org.jooq.DSLContext;

/**
 * When accounts were last deleted for good. Whoever has one of these DIDs is told of nothing that
 * is older, also once the account is made again.
 */
public final class Erasures {
  private final TreeMap<String, String> times;

  private Erasures(Map<String, String> times) {
    this.times = new TreeMap<>(times);
  }

  /** Those of these accounts that have been deleted. */
  public static Erasures of(DSLContext sql, Collection<String> dids) {
    return new Erasures(
        dids.isEmpty()
            ? Map.of()
            : sql.select(REPO_STATE.DID, REPO_STATE.ERASED_AT)
                .from(REPO_STATE)
                .where(REPO_STATE.DID.eq(any(dids.toArray(String[]::new))))
                .and(REPO_STATE.ERASED_AT.isNotNull())
                .fetchMap(REPO_STATE.DID, REPO_STATE.ERASED_AT));
  }

  /** Whether what concerns an account is newer than its deletion, by its time as stored. */
  public boolean admit(String did, String time) {
    String erasedAt = times.get(did);
    return erasedAt == null || time.compareTo(erasedAt) > 0;
  }

  /** Takes away what they were told of before. */
  public void withdraw(DSLContext sql) {
    if (times.isEmpty()) {
      return;
    }
    ArrayRows rows = new ArrayRows(NOTIFICATION.DID, NOTIFICATION.SORTAT);
    times.forEach(rows::add);
    sql.deleteFrom(NOTIFICATION)
        .using(rows.table())
        .where(NOTIFICATION.DID.eq(rows.column(NOTIFICATION.DID)))
        .and(NOTIFICATION.SORTAT.le(rows.column(NOTIFICATION.SORTAT)))
        .execute();
  }
}
