package dev.millrace.connectors.sink.collection;

import static dev.millrace.schema.jooq.Tables.LIKE;

import java.util.List;

/** {@code app.bsky.feed.like}: one row a creator and subject. */
final class LikeCollection implements Collection {
  private static final OwnTable TABLE =
      new OwnTable(
          LIKE,
          LIKE.URI,
          LIKE.INDEXEDAT,
          List.of(
              LIKE.URI,
              LIKE.CID,
              LIKE.CREATOR,
              LIKE.SUBJECT,
              LIKE.SUBJECTCID,
              LIKE.CREATEDAT,
              LIKE.INDEXEDAT,
              LIKE.VIA,
              LIKE.VIACID));
  private static final UniqueKey UNIQUE = new UniqueKey(TABLE, LIKE.CREATOR, LIKE.SUBJECT);

  @Override
  public String nsid() {
    return "app.bsky.feed.like";
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
            record.text("subject", "uri"),
            record.text("subject", "cid"),
            record.time("createdAt"),
            OwnRow.INDEXED_AT,
            record.textOrNull("via", "uri"),
            record.textOrNull("via", "cid")));
  }
}
