package dev.millrace.app.compare;

import static dev.millrace.schema.jooq.Tables.ACTOR_BLOCK;
import static dev.millrace.schema.jooq.Tables.DUPLICATE_RECORD;
import static dev.millrace.schema.jooq.Tables.FOLLOW;
import static dev.millrace.schema.jooq.Tables.LIKE;
import static dev.millrace.schema.jooq.Tables.POST;
import static dev.millrace.schema.jooq.Tables.PROFILE;
import static dev.millrace.schema.jooq.Tables.RECORD;
import static dev.millrace.schema.jooq.Tables.REPOST;

import java.util.ArrayList;
import java.util.List;
import org.jooq.DSLContext;
import org.jooq.Table;
import org.jooq.TableField;

/** The tables of the collections against table {@code record}, from which each row is made. */
final class OwnTables {
  private static final int SHOWN = 100;

  /**
   * A table.
   *
   * @param path what its records' URIs are like
   */
  private record OwnTable(
      Table<?> table, TableField<?, String> uri, TableField<?, String> cid, String path) {}

  private static final List<OwnTable> ALL =
      List.of(
          new OwnTable(POST, POST.URI, POST.CID, "at://%/app.bsky.feed.post/%"),
          new OwnTable(LIKE, LIKE.URI, LIKE.CID, "at://%/app.bsky.feed.like/%"),
          new OwnTable(REPOST, REPOST.URI, REPOST.CID, "at://%/app.bsky.feed.repost/%"),
          new OwnTable(FOLLOW, FOLLOW.URI, FOLLOW.CID, "at://%/app.bsky.graph.follow/%"),
          new OwnTable(
              ACTOR_BLOCK, ACTOR_BLOCK.URI, ACTOR_BLOCK.CID, "at://%/app.bsky.graph.block/%"),
          new OwnTable(PROFILE, PROFILE.URI, PROFILE.CID, "at://%/app.bsky.actor.profile/self"));

  private OwnTables() {}

  /** In words, the first of each table. */
  static List<String> differences(DSLContext sql) {
    List<String> differences = new ArrayList<>();
    for (OwnTable own : ALL) {
      String name = own.table().getName();
      sql.select(own.uri())
          .from(own.table())
          .leftJoin(RECORD)
          .on(RECORD.URI.eq(own.uri()))
          .where(RECORD.CID.isDistinctFrom(own.cid()))
          .limit(SHOWN)
          .forEach(row -> differences.add(row.value1() + " in " + name + " is of no such record"));
      sql.select(RECORD.URI)
          .from(RECORD)
          .leftJoin(own.table())
          .on(own.uri().eq(RECORD.URI))
          .leftJoin(DUPLICATE_RECORD)
          .on(DUPLICATE_RECORD.URI.eq(RECORD.URI))
          .where(RECORD.URI.like(own.path()))
          .and(own.uri().isNull())
          .and(DUPLICATE_RECORD.URI.isNull())
          .limit(SHOWN)
          .forEach(row -> differences.add(row.value1() + " has no row in " + name));
    }
    return differences;
  }
}
