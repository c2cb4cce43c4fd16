package dev.millrace.connectors.sink.collection;

import static dev.millrace.schema.jooq.Tables.VERIFICATION;

import java.util.List;

/** {@code app.bsky.graph.verification}: one row a verifier and subject, who is told. */
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
      new UniqueKey(
          TABLE, List.of(Notifications.TABLE), VERIFICATION.CREATOR, VERIFICATION.SUBJECT);

  @Override
  public String nsid() {
    return "app.bsky.graph.verification";
  }

  @Override
  public List<OwnTable> tables() {
    return UNIQUE.tables();
  }

  @Override
  public UniqueKey uniqueKey() {
    return UNIQUE;
  }

  @Override
  public boolean isMadeOfIndexedAt() {
    return true;
  }

  @Override
  public List<OwnRow> rows(RecordSource record) {
    String subject = record.text("subject");
    return List.of(
        TABLE.row(
            record.uri(),
            record.cid(),
            record.rkey(),
            record.did(),
            subject,
            record.text("handle"),
            record.text("displayName"),
            record.time("createdAt"),
            OwnRow.INDEXED_AT),
        Notifications.to(record, subject, "verified"));
  }
}
