package dev.millrace.connectors.sink.collection;

import static dev.millrace.schema.jooq.Tables.LIST;

import java.util.List;

/** {@code app.bsky.graph.list}: a row of {@code list}. */
final class ListCollection implements Collection {
  private static final OwnTable TABLE =
      new OwnTable(
          LIST,
          LIST.URI,
          LIST.INDEXEDAT,
          List.of(
              LIST.URI,
              LIST.CID,
              LIST.CREATOR,
              LIST.NAME,
              LIST.PURPOSE,
              LIST.DESCRIPTION,
              LIST.DESCRIPTIONFACETS,
              LIST.AVATARCID,
              LIST.CREATEDAT,
              LIST.INDEXEDAT));

  @Override
  public String nsid() {
    return "app.bsky.graph.list";
  }

  @Override
  public List<OwnTable> tables() {
    return List.of(TABLE);
  }

  @Override
  public List<OwnRow> rows(RecordSource record) {
    return List.of(
        TABLE.row(
            record.uri(),
            record.cid(),
            record.did(),
            record.text("name"),
            record.text("purpose"),
            record.textOrNull("description"),
            record.jsonOrNull("descriptionFacets"),
            record.blobOrNull("avatar"),
            record.time("createdAt"),
            OwnRow.INDEXED_AT));
  }
}
