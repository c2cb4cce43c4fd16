package dev.millrace.app.appview;

import dev.millrace.app.appview.Contents.Row;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Of posts, and of what others have of them. */
final class PostReasons {
  /** Of a reply the AppView sets both if one of them is true. */
  private static final Set<String> NOT_TRUE = Set.of("null", "f");

  private final Contents appview;
  private final Contents millrace;

  PostReasons(Contents appview, Contents millrace) {
    this.appview = appview;
    this.millrace = millrace;
  }

  void addTo(Reasons reasons) {
    flags(reasons);
    gateFlags(reasons, "hasThreadGate", "thread_gate");
    gateFlags(reasons, "hasPostGate", "post_gate");
    reasons.row(
        "feed_item",
        "of a repost goes in the AppView when its post is deleted or updated",
        d ->
            d.isAdditional()
                && d.text("type").equals("repost")
                && hasGoneOrChanged(d.text("postUri"), d.text("sortAt")));
    reasons.row(
        "quote",
        "goes in the AppView when its post is deleted or updated",
        d -> d.isAdditional() && hasGoneOrChanged(d.text("subject"), d.text("indexedAt")));
    reasons.row(
        "op_thread_reply",
        "stays in the AppView when the post goes, with the time of its clock",
        d ->
            d.isMissing()
                && !d.text("deletedAt").equals("null")
                && !appview.has("post", d.text("uri")));
    reasons.column(
        "op_thread_reply",
        "deletedAt",
        "is set in the AppView when the post is updated, too",
        d -> d.millrace("deletedAt").equals("null") && appview.has("post", d.text("uri")));
  }

  private void flags(Reasons reasons) {
    for (String flag :
        List.of("invalidReplyRoot", "violatesThreadGate", "violatesEmbeddingRules")) {
      reasons.column(
          "post",
          flag,
          "is null or false, which says the same",
          d -> NOT_TRUE.contains(d.appview(flag)) && NOT_TRUE.contains(d.millrace(flag)));
    }
    Threads threads = new Threads(millrace);
    reasons.column(
        "post",
        "invalidReplyRoot",
        "is what the posts above say now; in the AppView what they said when the reply came",
        d ->
            d.millrace("invalidReplyRoot").equals("t")
                != threads.isValidReply(Objects.requireNonNull(d.millrace())));
    reasons.column(
        "post",
        "violatesThreadGate",
        "is what gate, follows and lists say now; in the AppView what they said when the reply came",
        d ->
            !d.text("replyRoot").equals("null")
                && hasHadGate(d.text("replyRoot"), "hasThreadGate", "thread_gate"));
    reasons.column(
        "post",
        "violatesEmbeddingRules",
        "is what the gate says now; in the AppView what it said when the quote came",
        d ->
            millrace.where("post_embed_record", "postUri", d.key()).stream()
                .anyMatch(e -> hasHadGate(e.text("embedUri"), "hasPostGate", "post_gate")));
  }

  private void gateFlags(Reasons reasons, String flag, String gates) {
    reasons.column(
        "post",
        flag,
        "is null when the gate has gone, in the AppView false",
        d ->
            d.appview(flag).equals("f")
                && d.millrace(flag).equals("null")
                && gates(millrace, gates, d.key()).isEmpty());
    reasons.column(
        "post",
        flag,
        "is forgotten by the AppView when the post is updated, or comes after its gate",
        d ->
            d.appview(flag).equals("null")
                && d.millrace(flag).equals("t")
                && !gates(appview, gates, d.key()).isEmpty());
  }

  private static List<Row> gates(Contents contents, String table, String post) {
    return contents.where(table, "postUri", post);
  }

  /** There is a gate, or there was one: the AppView then says false, or the post is gone, too. */
  private boolean hasHadGate(String post, String flag, String gates) {
    Row row = appview.find("post", post);
    return row == null || row.get(flag) != null || !gates(appview, gates, post).isEmpty();
  }

  /** Since that moment. */
  private boolean hasGoneOrChanged(String post, String since) {
    Row row = appview.find("post", post);
    return row == null || row.text("indexedAt").compareTo(since) >= 0;
  }
}
