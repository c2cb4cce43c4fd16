package dev.millrace.connectors.sink.collection;

import static dev.millrace.schema.jooq.Tables.POST_GATE;
import static dev.millrace.schema.jooq.Tables.THREAD_GATE;
import static dev.millrace.schema.jooq.Tables.THREAD_GATE_LIST;

import dev.millrace.atproto.syntax.AtUri;
import dev.millrace.atproto.syntax.RecordKey;
import dev.millrace.connectors.sink.queue.Derivations;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * {@code app.bsky.feed.threadgate} and {@code .postgate}: a row of the gate's table, and one a list
 * whose members may reply. A gate must stand beside its own post: same repo, same record key. What
 * it forbids is derived.
 */
final class GateCollection implements Collection {
  private static final OwnTable LISTS =
      new OwnTable(
          THREAD_GATE_LIST,
          THREAD_GATE_LIST.URI,
          null,
          List.of(THREAD_GATE_LIST.URI, THREAD_GATE_LIST.POST_URI, THREAD_GATE_LIST.LIST_URI));

  private final String nsid;
  private final OwnTable table;
  private final List<OwnTable> tables;

  private GateCollection(String nsid, OwnTable table, List<OwnTable> others) {
    this.nsid = nsid;
    this.table = table;
    this.tables = Stream.concat(Stream.of(table), others.stream()).toList();
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
                THREAD_GATE.INDEXEDAT)),
        List.of(LISTS));
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
                POST_GATE.INDEXEDAT)),
        List.of());
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
  public void recordChanged(String uri, Derivations derivations) {
    derivations.gate(uri.replace("/" + nsid + "/", "/app.bsky.feed.post/"));
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
    List<OwnRow> rows = new ArrayList<>();
    rows.add(
        table.row(
            record.uri(),
            record.cid(),
            record.did(),
            post,
            record.time("createdAt"),
            OwnRow.INDEXED_AT));
    if (tables.contains(LISTS)) {
      ThreadGateRules.of(record).lists().stream()
          .map(list -> LISTS.row(record.uri(), post, list))
          .forEach(rows::add);
    }
    return rows;
  }
}
