package dev.millrace.app.appview;

import dev.millrace.app.appview.Contents.Row;
import java.util.List;
import java.util.Set;

/** Of notifications. */
final class NotificationReasons {
  private static final String TABLE = "notification";
  private static final int REPLY_DEPTH = 4;
  private static final Set<String> OF_POSTS = Set.of("mention", "quote", "reply");

  private final Contents appview;
  private final Contents millrace;
  private final Threads appviewThreads;
  private final Threads millraceThreads;

  NotificationReasons(Contents appview, Contents millrace) {
    this.appview = appview;
    this.millrace = millrace;
    this.appviewThreads = new Threads(appview);
    this.millraceThreads = new Threads(millrace);
  }

  void addTo(Reasons reasons) {
    reasons.row(
        TABLE,
        "of 'unverified' is the AppView's alone",
        d -> d.isMissing() && d.text("reason").equals("unverified"));
    reasons.row(
        TABLE,
        "of a record that has gone stays in the AppView, which shows it to nobody",
        d -> d.isMissing() && !appview.has("record", d.text("recordUri")));
    reasons.row(
        TABLE,
        "tells of the one of several for one thing that holds the row; the AppView's of the first, which has gone",
        d -> d.isAdditional() && (hasGoneTwin(d.row()) || hasTakenThePlace(d.text("recordUri"))));
    for (String column : List.of("recordCid", "sortAt")) {
      reasons.column(
          TABLE,
          column,
          "is that of the updated record; the AppView keeps what it told before",
          d -> isOfUpdated(d));
    }
    reasons.column(
        TABLE,
        "sortAt",
        "of a starter pack's use is the profile's own time; in the AppView the time of its first sight",
        this::isOfProfilesTime);
    reasons.row(
        TABLE,
        "of a reply goes when a post between both has gone; in the AppView it stays",
        d ->
            d.isMissing()
                && d.text("reason").equals("reply")
                && !isReached(millraceThreads, d.row())
                && !isReached(appviewThreads, d.row()));
    reasons.row(
        TABLE,
        "of a reply that came before the post above is told; in the AppView not to that post's author",
        d ->
            d.isAdditional()
                && d.text("reason").equals("reply")
                && isReached(millraceThreads, d.row())
                && cameNoLater(d.text("recordUri"), d.text("reasonSubject")));
    reasons.row(
        TABLE,
        "of a reply or quote follows the gate as it is now; in the AppView as it was when the post came",
        d -> OF_POSTS.contains(d.text("reason")) && gatesDiffer(d.text("recordUri")));
    reasons.row(
        TABLE,
        "is one a recipient, by the first reason",
        d -> OF_POSTS.contains(d.text("reason")) && otherSideTellsOtherwise(d));
  }

  private boolean hasGoneTwin(Row row) {
    return appview.where(TABLE, "author", row.text("author")).stream()
        .anyMatch(
            twin ->
                twin.is("did", row.get("did"))
                    && twin.is("reason", row.get("reason"))
                    && twin.is("reasonSubject", row.get("reasonSubject"))
                    && !appview.has("record", twin.text("recordUri")));
  }

  /** The AppView leaves the row of the time when it waited. */
  private boolean hasTakenThePlace(String uri) {
    Row waiting = appview.find("duplicate_record", uri);
    return waiting != null && !appview.has("record", waiting.text("duplicateOf"));
  }

  private boolean isOfUpdated(Difference d) {
    Row record = millrace.find("record", d.text("recordUri"));
    return record != null
        && record.is("cid", d.millrace("recordCid"))
        && !record.is("cid", d.appview("recordCid"));
  }

  private boolean isOfProfilesTime(Difference d) {
    Row theirs = appview.find("profile", d.text("recordUri"));
    Row ours = millrace.find("profile", d.text("recordUri"));
    return d.text("reason").equals("starterpack-joined")
        && theirs != null
        && ours != null
        && theirs.is("indexedAt", d.appview("sortAt"))
        && ours.is("createdAt", d.millrace("sortAt"));
  }

  private static boolean isReached(Threads threads, Row row) {
    return threads.above(row.text("recordUri"), REPLY_DEPTH).contains(row.text("reasonSubject"));
  }

  private boolean cameNoLater(String reply, String above) {
    Row first = appview.find("post", reply);
    Row second = appview.find("post", above);
    return first != null
        && second != null
        && first.text("indexedAt").compareTo(second.text("indexedAt")) <= 0;
  }

  private boolean gatesDiffer(String post) {
    Row left = appview.find("post", post);
    Row right = millrace.find("post", post);
    return left != null
        && right != null
        && (left.is("violatesThreadGate", "t") != right.is("violatesThreadGate", "t")
            || left.is("violatesEmbeddingRules", "t") != right.is("violatesEmbeddingRules", "t"));
  }

  private boolean otherSideTellsOtherwise(Difference d) {
    return (d.isMissing() ? millrace : appview)
        .where(TABLE, "recordUri", d.text("recordUri")).stream()
            .anyMatch(other -> other.is("did", d.row().get("did")));
  }
}
