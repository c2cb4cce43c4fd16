package dev.millrace.connectors.sink.collection;

import static dev.millrace.schema.jooq.Tables.LABELER;

import java.util.List;

/** {@code app.bsky.labeler.service}: a row of {@code labeler}, if it is {@code self}. */
final class LabelerCollection implements Collection {
  private static final OwnTable TABLE =
      new OwnTable(
          LABELER,
          LABELER.URI,
          LABELER.INDEXEDAT,
          List.of(LABELER.URI, LABELER.CID, LABELER.CREATOR, LABELER.CREATEDAT, LABELER.INDEXEDAT));

  @Override
  public String nsid() {
    return "app.bsky.labeler.service";
  }

  @Override
  public List<OwnTable> tables() {
    return List.of(TABLE);
  }

  @Override
  public List<OwnRow> rows(RecordSource record) {
    if (!record.rkey().equals("self")) {
      return List.of();
    }
    return List.of(
        TABLE.row(
            record.uri(), record.cid(), record.did(), record.time("createdAt"), OwnRow.INDEXED_AT));
  }
}
