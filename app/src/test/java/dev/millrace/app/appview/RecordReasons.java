package dev.millrace.app.appview;

import dev.millrace.app.appview.Contents.Row;
import java.util.Objects;

/** Of accounts, and of rows that one record alone decides. */
final class RecordReasons {
  private final Contents appview;
  private final Contents millrace;

  RecordReasons(Contents appview, Contents millrace) {
    this.appview = appview;
    this.millrace = millrace;
  }

  void addTo(Reasons reasons) {
    for (String table :
        new String[] {
          "actor_sync",
          "duplicate_record",
          "feed_item",
          "op_thread_reply",
          "quote",
          "starter_pack",
          "verification"
        }) {
      reasons.row(
          table,
          "the AppView leaves it behind of a deleted account",
          d -> d.isMissing() && isErased(Reasons.account(d.key())));
    }
    reasons.column(
        "actor",
        "indexedAt",
        "is when the AppView last looked the handle up; here the earliest event",
        d -> isLater(d, "indexedAt"));
    reasons.column(
        "profile",
        "createdAt",
        "of a record without one is the AppView's clock; here indexedAt",
        d -> d.millrace("createdAt").equals(d.millrace("indexedAt")) && !recordHasCreatedAt(d));
    for (String column : new String[] {"commitCid", "repoRev"}) {
      reasons.column(
          "actor_sync",
          column,
          "follows commits without operations here, in the AppView not",
          d -> d.millrace("repoRev").compareTo(d.appview("repoRev")) > 0);
    }
    for (String table : new String[] {"record", "profile"}) {
      reasons.column(
          table,
          "indexedAt",
          "stays when a record is written anew with the same content; in the AppView it does not",
          d -> d.appview("cid").equals(d.millrace("cid")) && isLater(d, "indexedAt"));
    }
    reasons.row(
        "notification",
        "of what is older than the recipient's deletion; in the AppView it is told if it comes later",
        d -> d.isMissing() && isOlderThanErasure(d));
  }

  /** Neither side knows the account. */
  private boolean isErased(String did) {
    return !appview.has("actor", did) && !millrace.has("actor", did);
  }

  private boolean isOlderThanErasure(Difference told) {
    Row state = millrace.find("repo_state", told.text("did"));
    return state != null && told.text("sortAt").compareTo(state.text("erased_at")) <= 0;
  }

  private boolean recordHasCreatedAt(Difference difference) {
    Row row = Objects.requireNonNull(millrace.find("record", difference.key()));
    return Objects.requireNonNull(row.get("json")).contains("\"createdAt\"");
  }

  private static boolean isLater(Difference d, String column) {
    return d.appview(column).compareTo(d.millrace(column)) > 0;
  }
}
