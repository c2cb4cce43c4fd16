package dev.millrace.connectors.sink.collection;

import static dev.millrace.schema.jooq.Tables.NOTIFICATION;

import dev.millrace.connectors.sink.collection.ThreadMutes.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Rows of {@code notification} that follow from one record alone: of likes, reposts, follows,
 * verifications, and of profiles that came by a starter pack. Those of posts are derived.
 */
final class Notifications {
  static final OwnTable TABLE =
      new OwnTable(
          NOTIFICATION,
          NOTIFICATION.RECORDURI,
          null,
          List.of(
              NOTIFICATION.DID,
              NOTIFICATION.RECORDURI,
              NOTIFICATION.RECORDCID,
              NOTIFICATION.AUTHOR,
              NOTIFICATION.REASON,
              NOTIFICATION.REASONSUBJECT,
              NOTIFICATION.SORTAT));

  private Notifications() {}

  /** To the author of the subject, and to whoever's repost it was found by; not to oneself. */
  static List<OwnRow> ofSubject(RecordSource record, String reason) {
    List<OwnRow> rows = new ArrayList<>();
    String subject = record.text("subject", "uri");
    if (isAnother(record, subject)) {
      rows.add(about(record, reason, subject));
      String via = record.textOrNull("via", "uri");
      if (via != null && isAnother(record, via)) {
        rows.add(about(record, reason + "-via-repost", via));
      }
    }
    return rows;
  }

  /** To an account, at the record's own time. */
  static OwnRow to(RecordSource record, String did, String reason) {
    return row(record, did, reason, null, ownTime(record));
  }

  /** To whose starter pack it was. */
  static List<OwnRow> ofStarterPack(RecordSource profile) {
    String pack = profile.textOrNull("joinedViaStarterPack", "uri");
    if (pack == null) {
      return List.of();
    }
    Object sortAt = profile.textOrNull("createdAt") == null ? OwnRow.INDEXED_AT : ownTime(profile);
    return List.of(row(profile, host(pack), "starterpack-joined", pack, sortAt));
  }

  /** Those whose recipients were not deleted after them. */
  static List<Notification> due(java.util.Collection<Notification> all, DSLContext sql) {
    Erasures erasures = Erasures.of(sql, all.stream().map(Notification::did).distinct().toList());
    return all.stream().filter(one -> erasures.admit(one.did(), one.sortAt())).toList();
  }

  /**
   * Of those that are due, what is to be told now: not too old, and not of a thread that the
   * recipient has muted.
   */
  static List<Notification> wanted(
      java.util.Collection<Notification> due, NotificationAge age, DSLContext sql) {
    List<Notification> admitted = due.stream().filter(one -> age.admits(one.sortAt())).toList();
    List<Subject> subjects = new ArrayList<>();
    for (Notification one : admitted) {
      if (one.subject() != null) {
        subjects.add(new Subject(one.did(), one.subject()));
      }
    }
    Set<Subject> silenced = ThreadMutes.silenced(sql, subjects);
    return silenced.isEmpty()
        ? admitted
        : admitted.stream()
            .filter(
                one ->
                    one.subject() == null
                        || !silenced.contains(new Subject(one.did(), one.subject())))
            .toList();
  }

  private static OwnRow about(RecordSource record, String reason, String subject) {
    return row(record, host(subject), reason, subject, ownTime(record));
  }

  private static OwnRow row(
      RecordSource record, String did, String reason, @Nullable String subject, Object sortAt) {
    return TABLE.row(did, record.uri(), record.cid(), record.did(), reason, subject, sortAt);
  }

  private static Object ownTime(RecordSource record) {
    return OwnRow.earlierOfIndexedAtAnd(record.time("createdAt"));
  }

  private static boolean isAnother(RecordSource record, String uri) {
    return !host(uri).equals(record.did());
  }

  private static String host(String uri) {
    return RecordSource.address(uri).authority().value();
  }
}
