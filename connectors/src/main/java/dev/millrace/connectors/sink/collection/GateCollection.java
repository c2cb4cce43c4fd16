package dev.millrace.connectors.sink.collection;

import static dev.millrace.schema.jooq.Tables.POST_GATE;
import static dev.millrace.schema.jooq.Tables.THREAD_GATE;

import dev.millrace.atproto.syntax.AtUri;
import dev.millrace.atproto.syntax.RecordKey;
import java.util.List;

/**
 * {@code app.bsky.feed.threadgate} and {@code .postgate}: a row of the gate's table. A gate must
 * stand beside its own post: same repo, same record key.
 */
final class GateCollection implements Collection {
  private final String nsid;
  private final OwnTable table;

  private GateCollection(String nsid, OwnTable table) {
    this.nsid = nsid;
    this.table = table;
  }

  static GateCollection ofThreads() {
    return new GateCollection(
        "app.bsky.feed.threadgate",
        new OwnTable(
            THREAD_GATE,
            THREAD_GATE.URI,
            THREAD_GATE.INDEXEDAT,
            List.of(
                THREAD_GATE.URI,
                THREAD_GATE.CID,
                THREAD_GATE.CREATOR,
                THREAD_GATE.POSTURI,
                THREAD_GATE.CREATEDAT,
                THREAD_GATE.INDEXEDAT)));
  }

  static GateCollection ofPosts() {
    return new GateCollection(
        "app.bsky.feed.postgate",
        new OwnTable(
            POST_GATE,
            POST_GATE.URI,
            POST_GATE.INDEXEDAT,
            List.of(
                POST_GATE.URI,
                POST_GATE.CID,
                POST_GATE.CREATOR,
                POST_GATE.POSTURI,
                POST_GATE.CREATEDAT,
                POST_GATE.INDEXEDAT)));
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
  public List<OwnRow> rows(RecordSource record) {
    String post = record.text("post");
    AtUri address = RecordSource.address(post);
    RecordKey rkey = address.recordKey();
    if (!address.authority().value().equals(record.did())
        || rkey == null
        || !rkey.value().equals(record.rkey())) {
      throw InvalidRecord.because("post is not the one beside the gate");
    }
    return List.of(
        table.row(
            record.uri(),
            record.cid(),
            record.did(),
            post,
            record.time("createdAt"),
            OwnRow.INDEXED_AT));
  }
}
