package dev.millrace.connectors.sink.repo;

import static dev.millrace.schema.jooq.Tables.KEPT_RECORD;
import static dev.millrace.schema.jooq.Tables.RECORD;
import static dev.millrace.schema.jooq.Tables.REPLAY;
import static org.jooq.impl.DSL.any;
import static org.jooq.impl.DSL.notExists;
import static org.jooq.impl.DSL.selectOne;

import java.util.List;
import org.jooq.DSLContext;

/** What the operator said of records, put aside by a replay (invariant 13). */
final class KeptRecords {
  private KeptRecords() {}

  /**
   * Gives rows that have just been inserted theirs. While the replay reads, a row may go and come
   * again, so it stays put aside; afterwards it is given back once.
   */
  static void giveBack(DSLContext sql, List<String> inserted) {
    if (inserted.isEmpty() || !sql.fetchExists(KEPT_RECORD)) {
      return;
    }
    String[] uris = inserted.toArray(String[]::new);
    sql.update(RECORD)
        .set(RECORD.TAKEDOWNREF, KEPT_RECORD.TAKEDOWNREF)
        .set(RECORD.TAGS, KEPT_RECORD.TAGS)
        .from(KEPT_RECORD)
        .where(RECORD.URI.eq(KEPT_RECORD.URI))
        .and(RECORD.URI.eq(any(uris)))
        .and(KEPT_RECORD.URI.eq(any(uris)))
        .execute();
    sql.deleteFrom(KEPT_RECORD)
        .where(KEPT_RECORD.URI.eq(any(uris)))
        .and(notExists(selectOne().from(REPLAY)))
        .execute();
  }
}
