package dev.millrace.connectors.sink.collection;

import static dev.millrace.schema.jooq.Tables.STARTER_PACK;

import java.util.List;

/** {@code app.bsky.graph.starterpack}: a row of {@code starter_pack}. */
final class StarterPackCollection implements Collection {
  private static final OwnTable TABLE =
      new OwnTable(
          STARTER_PACK,
          STARTER_PACK.URI,
          STARTER_PACK.INDEXEDAT,
          List.of(
              STARTER_PACK.URI,
              STARTER_PACK.CID,
              STARTER_PACK.CREATOR,
              STARTER_PACK.CREATEDAT,
              STARTER_PACK.INDEXEDAT,
              STARTER_PACK.NAME));

  @Override
  public String nsid() {
    return "app.bsky.graph.starterpack";
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
            record.time("createdAt"),
            OwnRow.INDEXED_AT,
            record.textOrNull("name")));
  }
}
