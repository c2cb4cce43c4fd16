package dev.millrace.connectors.sink.queue;

import static dev.millrace.schema.jooq.Tables.DERIVE_FAILURE;
import static dev.millrace.schema.jooq.Tables.DERIVE_QUEUE;
import static org.jooq.impl.DSL.val;

import dev.millrace.connectors.sink.sql.Pages;
import dev.millrace.connectors.sink.sql.StoredText;
import dev.millrace.schema.jooq.tables.records.DeriveFailureRecord;
import java.util.List;
import java.util.function.Consumer;
import org.jooq.DSLContext;

/**
 * Table {@code derive_failure}: rows of the queue that cannot be derived, with the reason. They are
 * set aside so that those behind them go on, and tried again when an indexer starts.
 */
public final class DeriveFailures {
  private DeriveFailures() {}

  /** Moves a row of the queue here. */
  public static void add(DSLContext sql, long id, Throwable cause) {
    sql.insertInto(DERIVE_FAILURE, DERIVE_FAILURE.KIND, DERIVE_FAILURE.KEY, DERIVE_FAILURE.FAILURE)
        .select(
            sql.select(DERIVE_QUEUE.KIND, DERIVE_QUEUE.KEY, val(StoredText.of(cause.toString())))
                .from(DERIVE_QUEUE)
                .where(DERIVE_QUEUE.ID.eq(id)))
        .execute();
    sql.deleteFrom(DERIVE_QUEUE).where(DERIVE_QUEUE.ID.eq(id)).execute();
  }

  /** Moves all of them back; returns how many. */
  public static int retry(DSLContext sql) {
    int retried =
        sql.insertInto(DERIVE_QUEUE, DERIVE_QUEUE.KIND, DERIVE_QUEUE.KEY)
            .select(
                sql.selectDistinct(DERIVE_FAILURE.KIND, DERIVE_FAILURE.KEY).from(DERIVE_FAILURE))
            .execute();
    sql.deleteFrom(DERIVE_FAILURE).execute();
    return retried;
  }

  /** All of them in words, some at a time. */
  public static void describe(DSLContext sql, Consumer<List<String>> found) {
    Pages.read(
        sql.selectFrom(DERIVE_FAILURE).orderBy(DERIVE_FAILURE.ID),
        rows -> found.accept(rows.stream().map(DeriveFailures::words).toList()));
  }

  private static String words(DeriveFailureRecord row) {
    return "%s %s: %s".formatted(row.getKind(), row.getKey(), row.getFailure());
  }
}
