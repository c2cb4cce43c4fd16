package dev.millrace.connectors.sink.collection;

import static dev.millrace.schema.jooq.Tables.POST_EMBED_EXTERNAL;
import static dev.millrace.schema.jooq.Tables.POST_EMBED_GALLERY_IMAGE;
import static dev.millrace.schema.jooq.Tables.POST_EMBED_IMAGE;
import static dev.millrace.schema.jooq.Tables.POST_EMBED_RECORD;
import static dev.millrace.schema.jooq.Tables.POST_EMBED_VIDEO;
import static dev.millrace.schema.jooq.Tables.QUOTE;

import dev.millrace.atproto.syntax.Nsid;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rows of what a post embeds. A record with media is both of its halves; a kind that is not
 * known has no row.
 */
final class PostEmbeds {
  private static final OwnTable IMAGES =
      new OwnTable(
          POST_EMBED_IMAGE,
          POST_EMBED_IMAGE.POSTURI,
          null,
          List.of(
              POST_EMBED_IMAGE.POSTURI,
              POST_EMBED_IMAGE.POSITION,
              POST_EMBED_IMAGE.IMAGECID,
              POST_EMBED_IMAGE.ALT));
  private static final OwnTable GALLERY =
      new OwnTable(
          POST_EMBED_GALLERY_IMAGE,
          POST_EMBED_GALLERY_IMAGE.POSTURI,
          null,
          List.of(
              POST_EMBED_GALLERY_IMAGE.POSTURI,
              POST_EMBED_GALLERY_IMAGE.POSITION,
              POST_EMBED_GALLERY_IMAGE.IMAGECID,
              POST_EMBED_GALLERY_IMAGE.ALT));
  private static final OwnTable EXTERNAL =
      new OwnTable(
          POST_EMBED_EXTERNAL,
          POST_EMBED_EXTERNAL.POSTURI,
          null,
          List.of(
              POST_EMBED_EXTERNAL.POSTURI,
              POST_EMBED_EXTERNAL.URI,
              POST_EMBED_EXTERNAL.TITLE,
              POST_EMBED_EXTERNAL.DESCRIPTION,
              POST_EMBED_EXTERNAL.THUMBCID));
  private static final OwnTable VIDEO =
      new OwnTable(
          POST_EMBED_VIDEO,
          POST_EMBED_VIDEO.POSTURI,
          null,
          List.of(POST_EMBED_VIDEO.POSTURI, POST_EMBED_VIDEO.VIDEOCID, POST_EMBED_VIDEO.ALT));
  private static final OwnTable RECORD =
      new OwnTable(
          POST_EMBED_RECORD,
          POST_EMBED_RECORD.POSTURI,
          null,
          List.of(
              POST_EMBED_RECORD.POSTURI, POST_EMBED_RECORD.EMBEDURI, POST_EMBED_RECORD.EMBEDCID));
  private static final OwnTable QUOTES =
      new OwnTable(
          QUOTE,
          QUOTE.URI,
          QUOTE.INDEXEDAT,
          List.of(
              QUOTE.URI,
              QUOTE.CID,
              QUOTE.SUBJECT,
              QUOTE.SUBJECTCID,
              QUOTE.CREATEDAT,
              QUOTE.INDEXEDAT));

  static final List<OwnTable> TABLES = List.of(IMAGES, GALLERY, EXTERNAL, VIDEO, RECORD, QUOTES);

  private PostEmbeds() {}

  static List<OwnRow> rows(RecordSource post) {
    List<OwnRow> rows = new ArrayList<>();
    RecordSource embed = post.within("embed");
    if (embed == null) {
      return rows;
    }
    if (embed.type().equals("app.bsky.embed.recordWithMedia")) {
      addRecord(post, embed.within("record"), rows);
      addMedia(embed.within("media"), rows);
    } else if (embed.type().equals("app.bsky.embed.record")) {
      addRecord(post, embed, rows);
    } else {
      addMedia(embed, rows);
    }
    return rows;
  }

  private static void addRecord(
      RecordSource post, @Nullable RecordSource embed, List<OwnRow> rows) {
    if (embed == null) {
      return;
    }
    String uri = embed.text("record", "uri");
    String cid = embed.text("record", "cid");
    rows.add(RECORD.row(post.uri(), uri, cid));
    Nsid collection = RecordSource.address(uri).collection();
    if (collection != null && collection.value().equals("app.bsky.feed.post")) {
      rows.add(
          QUOTES.row(post.uri(), post.cid(), uri, cid, post.time("createdAt"), OwnRow.INDEXED_AT));
    }
  }

  private static void addMedia(@Nullable RecordSource media, List<OwnRow> rows) {
    if (media == null) {
      return;
    }
    switch (media.type()) {
      case "app.bsky.embed.images" -> addImages(IMAGES, media.members("images"), rows);
      case "app.bsky.embed.gallery" -> addImages(GALLERY, media.members("items"), rows);
      case "app.bsky.embed.external" ->
          rows.add(
              EXTERNAL.row(
                  media.uri(),
                  media.text("external", "uri"),
                  media.text("external", "title"),
                  media.text("external", "description"),
                  media.blobOrNull("external", "thumb")));
      case "app.bsky.embed.video" ->
          rows.add(VIDEO.row(media.uri(), media.blob("video"), media.textOrNull("alt")));
      default -> {
        // A kind of a later day: it has no table.
      }
    }
  }

  /** A position is the place in the record, also behind members of a kind that is not known. */
  private static void addImages(OwnTable table, List<RecordSource> images, List<OwnRow> rows) {
    for (int i = 0; i < images.size(); i++) {
      RecordSource image = images.get(i);
      boolean isKnown = table.equals(IMAGES) || image.type().equals("app.bsky.embed.gallery#image");
      if (isKnown) {
        rows.add(table.row(image.uri(), String.valueOf(i), image.blob("image"), image.text("alt")));
      }
    }
  }
}
