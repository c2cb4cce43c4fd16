package dev.millrace.app.compare;

import static dev.millrace.schema.jooq.Tables.ACTOR_BLOCK;
import static dev.millrace.schema.jooq.Tables.DUPLICATE_RECORD;
import static dev.millrace.schema.jooq.Tables.FEED_GENERATOR;
import static dev.millrace.schema.jooq.Tables.FEED_ITEM;
import static dev.millrace.schema.jooq.Tables.FOLLOW;
import static dev.millrace.schema.jooq.Tables.LABELER;
import static dev.millrace.schema.jooq.Tables.LIKE;
import static dev.millrace.schema.jooq.Tables.LIST;
import static dev.millrace.schema.jooq.Tables.LIST_BLOCK;
import static dev.millrace.schema.jooq.Tables.LIST_ITEM;
import static dev.millrace.schema.jooq.Tables.POST;
import static dev.millrace.schema.jooq.Tables.POST_GATE;
import static dev.millrace.schema.jooq.Tables.PROFILE;
import static dev.millrace.schema.jooq.Tables.RECORD;
import static dev.millrace.schema.jooq.Tables.REPOST;
import static dev.millrace.schema.jooq.Tables.STARTER_PACK;
import static dev.millrace.schema.jooq.Tables.THREAD_GATE;
import static dev.millrace.schema.jooq.Tables.VERIFICATION;

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
          new OwnTable(PROFILE, PROFILE.URI, PROFILE.CID, "at://%/app.bsky.actor.profile/self"),
          new OwnTable(
              FEED_GENERATOR,
              FEED_GENERATOR.URI,
              FEED_GENERATOR.CID,
              "at://%/app.bsky.feed.generator/%"),
          new OwnTable(LABELER, LABELER.URI, LABELER.CID, "at://%/app.bsky.labeler.service/self"),
          new OwnTable(LIST, LIST.URI, LIST.CID, "at://%/app.bsky.graph.list/%"),
          new OwnTable(
              LIST_BLOCK, LIST_BLOCK.URI, LIST_BLOCK.CID, "at://%/app.bsky.graph.listblock/%"),
          new OwnTable(LIST_ITEM, LIST_ITEM.URI, LIST_ITEM.CID, "at://%/app.bsky.graph.listitem/%"),
          new OwnTable(POST_GATE, POST_GATE.URI, POST_GATE.CID, "at://%/app.bsky.feed.postgate/%"),
          new OwnTable(
              STARTER_PACK,
              STARTER_PACK.URI,
              STARTER_PACK.CID,
              "at://%/app.bsky.graph.starterpack/%"),
          new OwnTable(
              THREAD_GATE, THREAD_GATE.URI, THREAD_GATE.CID, "at://%/app.bsky.feed.threadgate/%"),
          new OwnTable(
              VERIFICATION,
              VERIFICATION.URI,
              VERIFICATION.CID,
              "at://%/app.bsky.graph.verification/%"));

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
    feedItems(sql, differences);
    return differences;
  }

  /** Every post and every repost has its place in feeds, one that waits for its key as well. */
  private static void feedItems(DSLContext sql, List<String> differences) {
    sql.select(FEED_ITEM.URI)
        .from(FEED_ITEM)
        .leftJoin(RECORD)
        .on(RECORD.URI.eq(FEED_ITEM.URI))
        .where(RECORD.CID.isDistinctFrom(FEED_ITEM.CID))
        .limit(SHOWN)
        .forEach(row -> differences.add(row.value1() + " in feed_item is of no such record"));
    sql.select(RECORD.URI)
        .from(RECORD)
        .leftJoin(FEED_ITEM)
        .on(FEED_ITEM.URI.eq(RECORD.URI))
        .where(
            RECORD
                .URI
                .like("at://%/app.bsky.feed.post/%")
                .or(RECORD.URI.like("at://%/app.bsky.feed.repost/%")))
        .and(FEED_ITEM.URI.isNull())
        .limit(SHOWN)
        .forEach(row -> differences.add(row.value1() + " has no row in feed_item"));
  }
}
