package dev.millrace.connectors.sink.collection;

import static dev.millrace.schema.jooq.Tables.ACTOR_BLOCK;
import static dev.millrace.schema.jooq.Tables.FOLLOW;
import static dev.millrace.schema.jooq.Tables.LIKE;
import static dev.millrace.schema.jooq.Tables.LIST_BLOCK;
import static dev.millrace.schema.jooq.Tables.POST_AGG;
import static dev.millrace.schema.jooq.Tables.PROFILE_AGG;
import static dev.millrace.schema.jooq.Tables.REPOST;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.jooq.TableField;

/**
 * A record that points at an account or at another record: one row a creator and subject. A repost
 * has its place in feeds besides, also while another one holds the row.
 */
final class Edge implements Collection {
  private final String nsid;
  private final OwnTable table;
  private final UniqueKey unique;
  private final List<Counter> counters;
  private final BiFunction<OwnTable, RecordSource, OwnRow> row;
  private final boolean isInFeeds;

  private Edge(
      String nsid,
      OwnTable table,
      UniqueKey unique,
      List<Counter> counters,
      BiFunction<OwnTable, RecordSource, OwnRow> row,
      boolean isInFeeds) {
    this.nsid = nsid;
    this.table = table;
    this.unique = unique;
    this.counters = counters;
    this.row = row;
    this.isInFeeds = isInFeeds;
  }

  static Edge like() {
    return toRecord(
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
        POST_AGG.LIKECOUNT,
        false);
  }

  static Edge repost() {
    return toRecord(
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
        POST_AGG.REPOSTCOUNT,
        true);
  }

  static Edge follow() {
    return toText(
        "app.bsky.graph.follow",
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
                FOLLOW.INDEXEDAT)),
        FOLLOW.CREATOR,
        FOLLOW.SUBJECTDID,
        List.of(
            new Counter(CountedTable.ACTORS, PROFILE_AGG.FOLLOWERSCOUNT, FOLLOW.SUBJECTDID),
            new Counter(CountedTable.ACTORS, PROFILE_AGG.FOLLOWSCOUNT, FOLLOW.CREATOR)));
  }

  static Edge block() {
    return toText(
        "app.bsky.graph.block",
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
                ACTOR_BLOCK.INDEXEDAT)),
        ACTOR_BLOCK.CREATOR,
        ACTOR_BLOCK.SUBJECTDID,
        List.of());
  }

  static Edge listBlock() {
    return toText(
        "app.bsky.graph.listblock",
        new OwnTable(
            LIST_BLOCK,
            LIST_BLOCK.URI,
            LIST_BLOCK.INDEXEDAT,
            List.of(
                LIST_BLOCK.URI,
                LIST_BLOCK.CID,
                LIST_BLOCK.CREATOR,
                LIST_BLOCK.SUBJECTURI,
                LIST_BLOCK.CREATEDAT,
                LIST_BLOCK.INDEXEDAT)),
        LIST_BLOCK.CREATOR,
        LIST_BLOCK.SUBJECTURI,
        List.of());
  }

  /**
   * The table's columns: uri, cid, creator, subject, subjectCid, createdAt, indexedAt, via, viaCid.
   */
  private static Edge toRecord(
      String nsid,
      OwnTable table,
      TableField<?, String> creator,
      TableField<?, String> subject,
      TableField<?, Long> count,
      boolean isInFeeds) {
    return new Edge(
        nsid,
        table,
        new UniqueKey(table, creator, subject),
        List.of(new Counter(CountedTable.POSTS, count, subject)),
        (own, record) ->
            own.row(
                record.uri(),
                record.cid(),
                record.did(),
                record.text("subject", "uri"),
                record.text("subject", "cid"),
                record.time("createdAt"),
                OwnRow.INDEXED_AT,
                record.textOrNull("via", "uri"),
                record.textOrNull("via", "cid")),
        isInFeeds);
  }

  /** The table's columns: uri, cid, creator, the subject as one text, createdAt, indexedAt. */
  private static Edge toText(
      String nsid,
      OwnTable table,
      TableField<?, String> creator,
      TableField<?, String> subject,
      List<Counter> counters) {
    return new Edge(
        nsid,
        table,
        new UniqueKey(table, creator, subject),
        counters,
        (own, record) ->
            own.row(
                record.uri(),
                record.cid(),
                record.did(),
                record.text("subject"),
                record.time("createdAt"),
                OwnRow.INDEXED_AT),
        false);
  }

  @Override
  public String nsid() {
    return nsid;
  }

  @Override
  public List<OwnTable> tables() {
    return isInFeeds ? List.of(table, FeedItems.TABLE) : List.of(table);
  }

  @Override
  public UniqueKey uniqueKey() {
    return unique;
  }

  @Override
  public boolean isMadeOfIndexedAt() {
    return isInFeeds;
  }

  @Override
  public List<Counter> counters() {
    return counters;
  }

  @Override
  public List<OwnRow> rows(RecordSource record) {
    List<OwnRow> rows = new ArrayList<>();
    rows.add(row.apply(table, record));
    if (isInFeeds) {
      rows.add(FeedItems.repost(record));
    }
    return rows;
  }
}
