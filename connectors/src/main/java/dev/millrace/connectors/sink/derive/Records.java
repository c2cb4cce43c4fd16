package dev.millrace.connectors.sink.derive;

import static dev.millrace.schema.jooq.Tables.RECORD;
import static org.jooq.impl.DSL.any;

import dev.millrace.connectors.sink.collection.RecordSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jooq.Condition;
import org.jooq.DSLContext;

/** Records by URI, as table {@code record} holds them. */
final class Records {
  private Records() {}

  /** Those of these that are there and meet a condition. */
  static Map<String, RecordSource> in(DSLContext sql, Collection<String> uris, Condition which) {
    Map<String, RecordSource> records = new HashMap<>();
    if (!uris.isEmpty()) {
      sql.select(RECORD.URI, RECORD.CID, RECORD.DID, RECORD.JSON)
          .from(RECORD)
          .where(RECORD.URI.eq(any(uris.toArray(String[]::new))))
          .and(which)
          .forEach(
              row ->
                  records.put(
                      row.value1(),
                      RecordSource.stored(row.value1(), row.value2(), row.value3(), row.value4())));
    }
    return records;
  }
}
