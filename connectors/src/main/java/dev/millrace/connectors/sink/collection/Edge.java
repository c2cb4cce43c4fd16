package dev.millrace.connectors.sink.collection;

import static dev.millrace.schema.jooq.Tables.ACTOR_BLOCK;
import static dev.millrace.schema.jooq.Tables.FOLLOW;
import static dev.millrace.schema.jooq.Tables.LIKE;
import static dev.millrace.schema.jooq.Tables.LIST_BLOCK;
import static dev.millrace.schema.jooq.Tables.POST_AGG;
import static dev.millrace.schema.jooq.Tables.PROFILE_AGG;
import static dev.millrace.schema.jooq.Tables.REPOST;

import dev.millrace.connectors.sink.queue.Derivations;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jooq.TableField;

/**
 * A record that points at an account or at another record: one row a creator and subject, and what
 * is told of it only while the record has that row. A repost has its place in feeds besides, also
 * while another one has the row.
 */
final class Edge implements Collection {
  /** What depends on there being a row of a creator and subject. */
  private interface Dependents {
    void of(String creator, String subject, Derivations derivations);
  }

  private static final Dependents NONE = (creator, subject, derivations) -> {};

  private final String nsid;
  private final UniqueKey unique;
  private final List<OwnTable> tables;
  private final List<Counter> counters;
  private final Dependents dependents;
  private final Function<RecordSource, List<OwnRow>> rows;

  private Edge(
      String nsid,
      UniqueKey unique,
      List<OwnTable> besides,
      List<Counter> counters,
      Dependents dependents,
      Function<RecordSource, List<OwnRow>> rows) {
    this.nsid = nsid;
    this.unique = unique;
    this.tables = Stream.concat(unique.tables().stream(), besides.stream()).toList();
    this.counters = counters;
    this.dependents = dependents;
    this.rows = rows;
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
        List.of(),
        like -> Notifications.ofSubject(like, "like"));
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
        List.of(FeedItems.TABLE),
        repost -> {
          List<OwnRow> rows = new ArrayList<>(Notifications.ofSubject(repost, "repost"));
          rows.add(FeedItems.repost(repost));
          return rows;
        });
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
        List.of(Notifications.TABLE),
        List.of(
            new Counter(CountedTable.ACTORS, PROFILE_AGG.FOLLOWERSCOUNT, FOLLOW.SUBJECTDID),
            new Counter(CountedTable.ACTORS, PROFILE_AGG.FOLLOWSCOUNT, FOLLOW.CREATOR)),
        (creator, subject, derivations) -> derivations.follow(creator, subject),
        follow -> List.of(Notifications.to(follow, follow.text("subject"), "follow")));
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
        List.of(),
        List.of(),
        NONE,
        block -> List.of());
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
        List.of(),
        List.of(),
        NONE,
        block -> List.of());
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
      List<OwnTable> besides,
      Function<RecordSource, List<OwnRow>> others) {
    return new Edge(
        nsid,
        new UniqueKey(table, List.of(Notifications.TABLE), creator, subject),
        besides,
        List.of(new Counter(CountedTable.POSTS, count, subject)),
        NONE,
        record ->
            with(
                others,
                record,
                table.row(
                    record.uri(),
                    record.cid(),
                    record.did(),
                    record.text("subject", "uri"),
                    record.text("subject", "cid"),
                    record.time("createdAt"),
                    OwnRow.INDEXED_AT,
                    record.textOrNull("via", "uri"),
                    record.textOrNull("via", "cid"))));
  }

  /** The table's columns: uri, cid, creator, the subject as one text, createdAt, indexedAt. */
  private static Edge toText(
      String nsid,
      OwnTable table,
      TableField<?, String> creator,
      TableField<?, String> subject,
      List<OwnTable> ofHolder,
      List<Counter> counters,
      Dependents dependents,
      Function<RecordSource, List<OwnRow>> others) {
    return new Edge(
        nsid,
        new UniqueKey(table, ofHolder, creator, subject),
        List.of(),
        counters,
        dependents,
        record ->
            with(
                others,
                record,
                table.row(
                    record.uri(),
                    record.cid(),
                    record.did(),
                    record.text("subject"),
                    record.time("createdAt"),
                    OwnRow.INDEXED_AT)));
  }

  private static List<OwnRow> with(
      Function<RecordSource, List<OwnRow>> others, RecordSource record, OwnRow row) {
    List<OwnRow> rows = new ArrayList<>(others.apply(record));
    rows.add(row);
    return rows;
  }

  @Override
  public String nsid() {
    return nsid;
  }

  @Override
  public List<OwnTable> tables() {
    return tables;
  }

  @Override
  public UniqueKey uniqueKey() {
    return unique;
  }

  @Override
  public boolean isMadeOfIndexedAt() {
    return tables.size() > 1;
  }

  @Override
  public void keyChanged(String creator, String subject, Derivations derivations) {
    dependents.of(creator, subject, derivations);
  }

  @Override
  public List<Counter> counters() {
    return counters;
  }

  @Override
  public List<OwnRow> rows(RecordSource record) {
    return rows.apply(record);
  }
}
