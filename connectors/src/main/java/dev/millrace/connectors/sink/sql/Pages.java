package dev.millrace.connectors.sink.sql;

import java.util.List;
import java.util.function.Consumer;
import org.jooq.Cursor;
import org.jooq.Record;
import org.jooq.Result;
import org.jooq.ResultQuery;

/**
 * Any number of rows, of which only a page is in memory at a time. That holds within a transaction
 * only: the driver reads everything at once outside one.
 */
public final class Pages {
  /** Rows of a page. */
  public static final int SIZE = 1_000;

  private Pages() {}

  /** Gives out page after page, none of them empty. */
  public static <R extends Record> void read(ResultQuery<R> query, Consumer<List<R>> page) {
    try (Cursor<R> cursor = query.fetchSize(SIZE).fetchLazy()) {
      Result<R> rows = cursor.fetchNext(SIZE);
      while (!rows.isEmpty()) {
        page.accept(rows);
        rows = cursor.fetchNext(SIZE);
      }
    }
  }
}
