package dev.millrace.connectors.sink.collection;

import static dev.millrace.schema.jooq.Tables.DUPLICATE_RECORD;
import static dev.millrace.schema.jooq.Tables.RECORD;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
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

  /** The first ones of each table that has some. */
  public static List<OrphanRows> find(Collections collections, DSLContext sql, int limit) {
    Set<OwnTable> tables = new LinkedHashSet<>(Set.of(DUPLICATES));
    collections.all().forEach(collection -> tables.addAll(collection.tables()));
    List<OrphanRows> found = new ArrayList<>();
    for (OwnTable table : tables) {
      Field<String> uri = table.uri();
      List<String> uris =
          sql.selectDistinct(uri)
              .from(table.table())
              .leftJoin(RECORD)
              .on(RECORD.URI.eq(uri))
              .where(RECORD.URI.isNull())
              .limit(limit)
              .fetch(uri);
      if (!uris.isEmpty()) {
        found.add(new OrphanRows(table, uris));
      }
    }
    return found;
  }

  /** In words, one by one. */
  public List<String> words() {
    return uris.stream()
        .map(uri -> uri + " in " + table.table().getName() + " is of no record")
        .toList();
  }
}
