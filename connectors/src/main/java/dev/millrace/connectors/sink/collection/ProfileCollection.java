package dev.millrace.connectors.sink.collection;

import static dev.millrace.schema.jooq.Tables.PROFILE;

import java.util.ArrayList;
import java.util.List;

/**
 * {@code app.bsky.actor.profile}, rkey {@code self} only: a row of {@code profile}. One without
 * createdAt takes indexedAt for it: the AppView takes the clock, which no replay could repeat; one
 * that is there is kept as it is written. A pinned post is read from {@code record}; its columns
 * stay empty, as in the AppView. One that came by a starter pack tells whose it was.
 */
final class ProfileCollection implements Collection {
  private static final OwnTable TABLE =
      new OwnTable(
          PROFILE,
          PROFILE.URI,
          PROFILE.INDEXEDAT,
          List.of(
              PROFILE.URI,
              PROFILE.CID,
              PROFILE.CREATOR,
              PROFILE.DISPLAYNAME,
              PROFILE.DESCRIPTION,
              PROFILE.AVATARCID,
              PROFILE.BANNERCID,
              PROFILE.INDEXEDAT,
              PROFILE.JOINEDVIASTARTERPACKURI,
              PROFILE.CREATEDAT));

  @Override
  public String nsid() {
    return "app.bsky.actor.profile";
  }

  @Override
  public List<OwnTable> tables() {
    return List.of(TABLE, Notifications.TABLE);
  }

  @Override
  public boolean isMadeOfIndexedAt() {
    return true;
  }

  @Override
  public List<OwnRow> rows(RecordSource record) {
    if (!record.rkey().equals("self")) {
      return List.of();
    }
    String createdAt = record.textOrNull("createdAt");
    List<OwnRow> rows = new ArrayList<>(Notifications.ofStarterPack(record));
    rows.add(
        TABLE.row(
            record.uri(),
            record.cid(),
            record.did(),
            record.textOrNull("displayName"),
            record.textOrNull("description"),
            record.blobOrNull("avatar"),
            record.blobOrNull("banner"),
            OwnRow.INDEXED_AT,
            record.textOrNull("joinedViaStarterPack", "uri"),
            createdAt == null ? OwnRow.INDEXED_AT : createdAt));
    return rows;
  }
}
