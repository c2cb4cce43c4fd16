package dev.millrace.connectors.sink.collection;

import static dev.millrace.schema.jooq.Tables.FEED_GENERATOR;

import java.util.List;

/** {@code app.bsky.feed.generator}: a row of {@code feed_generator}. */
final class FeedGeneratorCollection implements Collection {
  private static final OwnTable TABLE =
      new OwnTable(
          FEED_GENERATOR,
          FEED_GENERATOR.URI,
          FEED_GENERATOR.INDEXEDAT,
          List.of(
              FEED_GENERATOR.URI,
              FEED_GENERATOR.CID,
              FEED_GENERATOR.CREATOR,
              FEED_GENERATOR.FEEDDID,
              FEED_GENERATOR.DISPLAYNAME,
              FEED_GENERATOR.DESCRIPTION,
              FEED_GENERATOR.DESCRIPTIONFACETS,
              FEED_GENERATOR.AVATARCID,
              FEED_GENERATOR.CREATEDAT,
              FEED_GENERATOR.INDEXEDAT));

  @Override
  public String nsid() {
    return "app.bsky.feed.generator";
  }

  @Override
  public List<OwnTable> tables() {
    return List.of(TABLE);
  }

  @Override
  public List<OwnRow> rows(RecordSource record) {
    return List.of(
        TABLE.row(
            record.uri(),
            record.cid(),
            record.did(),
            record.text("did"),
            record.textOrNull("displayName"),
            record.textOrNull("description"),
            record.jsonOrNull("descriptionFacets"),
            record.blobOrNull("avatar"),
            record.time("createdAt"),
            OwnRow.INDEXED_AT));
  }
}
