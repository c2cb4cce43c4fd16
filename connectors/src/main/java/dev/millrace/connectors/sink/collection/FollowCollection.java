package dev.millrace.connectors.sink.collection;

import static dev.millrace.schema.jooq.Tables.FOLLOW;

import java.util.List;

/** {@code app.bsky.graph.follow}: one row a creator and subject. */
final class FollowCollection implements Collection {
  private static final OwnTable TABLE =
      new OwnTable(
          FOLLOW,
          FOLLOW.URI,
          FOLLOW.INDEXEDAT,
          List.of(
              FOLLOW.URI,
              FOLLOW.CID,
              FOLLOW.CREATOR,
              FOLLOW.SUBJECTDID,
              FOLLOW.CREATEDAT,
              FOLLOW.INDEXEDAT));
  private static final UniqueKey UNIQUE = new UniqueKey(TABLE, FOLLOW.CREATOR, FOLLOW.SUBJECTDID);

  @Override
  public String nsid() {
    return "app.bsky.graph.follow";
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
