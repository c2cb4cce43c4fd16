package dev.millrace.connectors.sink.collection;

import static dev.millrace.schema.jooq.Tables.REPOST;

import java.util.List;

/** {@code app.bsky.feed.repost}: one row a creator and subject. */
final class RepostCollection implements Collection {
  private static final OwnTable TABLE =
      new OwnTable(
          REPOST,
          REPOST.URI,
          REPOST.INDEXEDAT,
          List.of(
              REPOST.URI,
              REPOST.CID,
              REPOST.CREATOR,
              REPOST.SUBJECT,
              REPOST.SUBJECTCID,
              REPOST.CREATEDAT,
              REPOST.INDEXEDAT,
              REPOST.VIA,
              REPOST.VIACID));
  private static final UniqueKey UNIQUE = new UniqueKey(TABLE, REPOST.CREATOR, REPOST.SUBJECT);

  @Override
  public String nsid() {
    return "app.bsky.feed.repost";
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
