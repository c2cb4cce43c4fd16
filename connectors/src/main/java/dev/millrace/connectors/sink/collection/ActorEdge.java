package dev.millrace.connectors.sink.collection;

import static dev.millrace.schema.jooq.Tables.ACTOR_BLOCK;
import static dev.millrace.schema.jooq.Tables.FOLLOW;
import static dev.millrace.schema.jooq.Tables.PROFILE_AGG;

import java.util.List;
import org.jooq.TableField;

/** A record that points at an account: one row a creator and subject. */
final class ActorEdge implements Collection {
  private final String nsid;
  private final OwnTable table;
  private final UniqueKey unique;
  private final List<Counter> counters;

  private ActorEdge(
      String nsid,
      OwnTable table,
      TableField<?, String> creator,
      TableField<?, String> subject,
      List<Counter> counters) {
    this.nsid = nsid;
    this.table = table;
    this.unique = new UniqueKey(table, creator, subject);
    this.counters = counters;
  }

  static ActorEdge follow() {
    return new ActorEdge(
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

  static ActorEdge block() {
    return new ActorEdge(
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
            record.text("subject"),
            record.time("createdAt"),
            OwnRow.INDEXED_AT));
  }
}
