package dev.millrace.connectors.sink.collection;

import static dev.millrace.schema.jooq.Tables.ACTOR_BLOCK;

import java.util.List;

/** {@code app.bsky.graph.block}: one row a creator and subject. */
final class BlockCollection implements Collection {
  private static final OwnTable TABLE =
      new OwnTable(
          ACTOR_BLOCK,
          ACTOR_BLOCK.URI,
          ACTOR_BLOCK.INDEXEDAT,
          List.of(
              ACTOR_BLOCK.URI,
              ACTOR_BLOCK.CID,
              ACTOR_BLOCK.CREATOR,
              ACTOR_BLOCK.SUBJECTDID,
              ACTOR_BLOCK.CREATEDAT,
              ACTOR_BLOCK.INDEXEDAT));
  private static final UniqueKey UNIQUE =
      new UniqueKey(TABLE, ACTOR_BLOCK.CREATOR, ACTOR_BLOCK.SUBJECTDID);

  @Override
  public String nsid() {
    return "app.bsky.graph.block";
  }

  @Override
  public List<OwnTable> tables() {
    return List.of(TABLE);
  }

  @Override
  public UniqueKey uniqueKey() {
    return UNIQUE;
  }

  @Override
  public List<OwnRow> rows(RecordSource record) {
    return List.of(
        TABLE.row(
            record.uri(),
            record.cid(),
            record.did(),
            record.text("subject"),
            record.time("createdAt"),
            OwnRow.INDEXED_AT));
  }
}
