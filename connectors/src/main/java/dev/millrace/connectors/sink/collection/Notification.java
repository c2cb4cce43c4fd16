package dev.millrace.connectors.sink.collection;

import org.jspecify.annotations.Nullable;

/**
 * A row of {@code notification}, its values in the order of {@link Notifications#TABLE}.
 *
 * @param did who is told
 * @param uri of the record that tells
 * @param author of that record
 * @param subject the record of theirs that it is about; null if it is about themselves
 */
public record Notification(
    String did,
    String uri,
    String cid,
    String author,
    String reason,
    @Nullable String subject,
    String sortAt) {

  /** What stays the same when the record is rewritten. */
  record Key(String did, String uri, String reason, @Nullable String subject) {}

  static Notification of(@Nullable Object[] row) {
    return new Notification(
        String.valueOf(row[0]),
        String.valueOf(row[1]),
        String.valueOf(row[2]),
        String.valueOf(row[3]),
        String.valueOf(row[4]),
        row[5] == null ? null : String.valueOf(row[5]),
        String.valueOf(row[6]));
  }

  @Nullable Object[] row() {
    return new @Nullable Object[] {did, uri, cid, author, reason, subject, sortAt};
  }

  Key key() {
    return new Key(did, uri, reason, subject);
  }
}
