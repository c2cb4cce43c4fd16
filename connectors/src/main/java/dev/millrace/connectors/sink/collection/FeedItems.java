package dev.millrace.connectors.sink.collection;

import static dev.millrace.schema.jooq.Tables.FEED_ITEM;

import java.util.List;

/** Rows of {@code feed_item}: where a post, or a repost of one, stands in an actor's feed. */
final class FeedItems {
  static final OwnTable TABLE =
      new OwnTable(
          FEED_ITEM,
          FEED_ITEM.URI,
          null,
          List.of(
              FEED_ITEM.URI,
              FEED_ITEM.CID,
              FEED_ITEM.TYPE,
              FEED_ITEM.POSTURI,
              FEED_ITEM.ORIGINATORDID,
              FEED_ITEM.SORTAT));

  private FeedItems() {}

  static OwnRow post(RecordSource post) {
    return row(post, "post", post.uri());
  }

  static OwnRow repost(RecordSource repost) {
    return row(repost, "repost", repost.text("subject", "uri"));
  }

  private static OwnRow row(RecordSource record, String type, String postUri) {
    return TABLE.row(
        record.uri(),
        record.cid(),
        type,
        postUri,
        record.did(),
        OwnRow.earlierOfIndexedAtAnd(record.time("createdAt")));
  }
}
