package dev.millrace.connectors.sink.collection;

import static dev.millrace.schema.jooq.Tables.POST;
import static dev.millrace.schema.jooq.Tables.POST_AGG;
import static dev.millrace.schema.jooq.Tables.PROFILE_AGG;
import static dev.millrace.schema.jooq.Tables.QUOTE;

import dev.millrace.connectors.sink.queue.Derivations;
import java.util.List;
import java.util.stream.Stream;

/**
 * {@code app.bsky.feed.post}: a row of {@code post}, its place in feeds ({@code feed_item}), and
 * what it embeds. Its flags, its notifications and what depends on it are derived.
 */
final class PostCollection implements Collection {
  private static final OwnTable TABLE =
      new OwnTable(
          POST,
          POST.URI,
          POST.INDEXEDAT,
          List.of(
              POST.URI,
              POST.CID,
              POST.CREATOR,
              POST.TEXT,
              POST.REPLYROOT,
              POST.REPLYROOTCID,
              POST.REPLYPARENT,
              POST.REPLYPARENTCID,
              POST.CREATEDAT,
              POST.INDEXEDAT,
              POST.LANGS,
              POST.TAGS));

  private static final List<OwnTable> TABLES =
      Stream.concat(Stream.of(TABLE, FeedItems.TABLE), PostEmbeds.TABLES.stream()).toList();

  @Override
  public String nsid() {
    return "app.bsky.feed.post";
  }

  @Override
  public List<OwnTable> tables() {
    return TABLES;
  }

  @Override
  public boolean isMadeOfIndexedAt() {
    return true;
  }

  @Override
  public void recordChanged(String uri, Derivations derivations) {
    derivations.post(uri);
  }

  @Override
  public List<Counter> counters() {
    return List.of(
        Counter.REPLIES,
        new Counter(CountedTable.POSTS, POST_AGG.QUOTECOUNT, QUOTE.SUBJECT),
        new Counter(CountedTable.ACTORS, PROFILE_AGG.POSTSCOUNT, POST.CREATOR));
  }

  @Override
  public List<OwnRow> rows(RecordSource record) {
    List<OwnRow> rows = PostEmbeds.rows(record);
    rows.add(
        TABLE.row(
            record.uri(),
            record.cid(),
            record.did(),
            record.text("text"),
            record.textOrNull("reply", "root", "uri"),
            record.textOrNull("reply", "root", "cid"),
            record.textOrNull("reply", "parent", "uri"),
            record.textOrNull("reply", "parent", "cid"),
            record.time("createdAt"),
            OwnRow.INDEXED_AT,
            record.texts("langs"),
            record.texts("tags")));
    rows.add(FeedItems.post(record));
    return rows;
  }
}
