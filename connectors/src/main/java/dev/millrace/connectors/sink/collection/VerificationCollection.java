package dev.millrace.connectors.sink.collection;

import static dev.millrace.schema.jooq.Tables.VERIFICATION;

import java.util.List;

/** {@code app.bsky.graph.verification}: one row a verifier and subject. */
final class VerificationCollection implements Collection {
  private static final OwnTable TABLE =
      new OwnTable(
          VERIFICATION,
          VERIFICATION.URI,
          VERIFICATION.INDEXEDAT,
          List.of(
              VERIFICATION.URI,
              VERIFICATION.CID,
              VERIFICATION.RKEY,
              VERIFICATION.CREATOR,
              VERIFICATION.SUBJECT,
              VERIFICATION.HANDLE,
              VERIFICATION.DISPLAYNAME,
              VERIFICATION.CREATEDAT,
              VERIFICATION.INDEXEDAT));
  private static final UniqueKey UNIQUE =
      new UniqueKey(TABLE, VERIFICATION.CREATOR, VERIFICATION.SUBJECT);

  @Override
  public String nsid() {
    return "app.bsky.graph.verification";
  }

  @Override
  public List<OwnTable> tables() {
    return List.of(TABLE);
  }

  @Override
  public UniqueKey uniqueKey() {
    return UNIQUE;
  }

  @Override
  public List<OwnRow> rows(RecordSource record) {
    return List.of(
        TABLE.row(
            record.uri(),
            record.cid(),
            record.rkey(),
            record.did(),
            record.text("subject"),
            record.text("handle"),
            record.text("displayName"),
            record.time("createdAt"),
            OwnRow.INDEXED_AT));
  }
}
