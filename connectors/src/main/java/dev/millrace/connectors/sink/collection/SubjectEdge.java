package dev.millrace.connectors.sink.collection;

import static dev.millrace.schema.jooq.Tables.LIKE;
import static dev.millrace.schema.jooq.Tables.POST_AGG;
import static dev.millrace.schema.jooq.Tables.REPOST;

import java.util.List;
import org.jooq.TableField;

/** A record that points at another record: one row a creator and subject. */
final class SubjectEdge implements Collection {
  private final String nsid;
  private final OwnTable table;
  private final UniqueKey unique;
  private final List<Counter> counters;

  private SubjectEdge(
      String nsid,
      OwnTable table,
      TableField<?, String> creator,
      TableField<?, String> subject,
      TableField<?, Long> count) {
    this.nsid = nsid;
    this.table = table;
    this.unique = new UniqueKey(table, creator, subject);
    this.counters = List.of(new Counter(CountedTable.POSTS, count, subject));
  }

  static SubjectEdge like() {
    return new SubjectEdge(
        "app.bsky.feed.like",
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
                LIKE.VIACID)),
        LIKE.CREATOR,
        LIKE.SUBJECT,
        POST_AGG.LIKECOUNT);
  }

  static SubjectEdge repost() {
    return new SubjectEdge(
        "app.bsky.feed.repost",
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
                REPOST.VIACID)),
        REPOST.CREATOR,
        REPOST.SUBJECT,
        POST_AGG.REPOSTCOUNT);
  }

  @Override
  public String nsid() {
    return nsid;
  }

  @Override
  public List<OwnTable> tables() {
    return List.of(table);
  }

  @Override
  public UniqueKey uniqueKey() {
    return unique;
  }

  @Override
  public List<Counter> counters() {
    return counters;
  }

  @Override
  public List<OwnRow> rows(RecordSource record) {
    return List.of(
        table.row(
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
