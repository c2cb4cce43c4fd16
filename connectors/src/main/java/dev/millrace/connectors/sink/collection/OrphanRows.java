package dev.millrace.connectors.sink.collection;

import static dev.millrace.schema.jooq.Tables.DUPLICATE_RECORD;
import static dev.millrace.schema.jooq.Tables.RECORD;

import dev.millrace.connectors.sink.sql.Pages;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jooq.DSLContext;
import org.jooq.Field;

/** Rows of a table that are made of no record. */
public record OrphanRows(OwnTable table, List<String> uris) {
  private static final OwnTable DUPLICATES =
      new OwnTable(
          DUPLICATE_RECORD,
          DUPLICATE_RECORD.URI,
          DUPLICATE_RECORD.INDEXEDAT,
          List.of(DUPLICATE_RECORD.URI, DUPLICATE_RECORD.INDEXEDAT));

  /** Those of each table that has some, a page at a time. */
  public static void find(Collections collections, DSLContext sql, Consumer<OrphanRows> found) {
    Set<OwnTable> tables = new LinkedHashSet<>(Set.of(DUPLICATES));
    collections.all().forEach(collection -> tables.addAll(collection.tables()));
    for (OwnTable table : tables) {
      Field<String> uri = table.uri();
      Pages.read(
          sql.selectDistinct(uri)
              .from(table.table())
              .leftJoin(RECORD)
              .on(RECORD.URI.eq(uri))
              .where(RECORD.URI.isNull()),
          rows ->
              found.accept(new OrphanRows(table, rows.stream().map(row -> row.value1()).toList())));
    }
  }

  /** In words, one by one. */
  public List<String> words() {
    return uris.stream()
        .map(uri -> uri + " in " + table.table().getName() + " is of no record")
        .toList();
  }
}
