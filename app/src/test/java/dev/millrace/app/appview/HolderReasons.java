package dev.millrace.app.appview;

import dev.millrace.app.appview.Contents.Row;
import java.util.List;
import java.util.Optional;

/** Of several records for one thing: which of them holds the row, and what the others point to. */
final class HolderReasons {
  private static final String WAITING = "duplicate_record";

  private final Contents appview;
  private final Contents millrace;

  /** A table with one row for equal values in two columns. */
  private record Edge(String table, String one, String other) {}

  private static final List<Edge> EDGES =
      List.of(
          new Edge("like", "creator", "subject"),
          new Edge("repost", "creator", "subject"),
          new Edge("follow", "creator", "subjectDid"),
          new Edge("actor_block", "creator", "subjectDid"),
          new Edge("list_block", "creator", "subjectUri"),
          new Edge("list_item", "listUri", "subjectDid"),
          new Edge("verification", "creator", "subject"));

  HolderReasons(Contents appview, Contents millrace) {
    this.appview = appview;
    this.millrace = millrace;
  }

  void addTo(Reasons reasons) {
    for (Edge edge : EDGES) {
      reasons.row(
          edge.table,
          "the smaller URI holds the row; in the AppView one that came when nobody held it",
          d ->
              d.isAdditional()
                  ? isOrphan(d.key()) && !isSmaller(holder(appview, edge, d.row()), d.key())
                  : isSmaller(holder(millrace, edge, d.row()), d.key())
                      && millrace.has(WAITING, d.key()));
    }
    reasons.row(
        WAITING,
        "the AppView leaves it behind when it takes the place, or when the holder goes",
        d -> d.isMissing() && (isOrphan(d.key()) || holds(appview, d.key())));
    reasons.row(
        WAITING,
        "waits, for the smaller URI holds the row; in the AppView it holds the row",
        d -> d.isAdditional() && holds(appview, d.key()));
    reasons.column(
        WAITING,
        "duplicateOf",
        "names who holds the row; in the AppView who held it once, or another holder",
        d ->
            holds(millrace, d.millrace("duplicateOf"))
                && (isOrphan(d.key()) || holds(appview, d.appview("duplicateOf"))));
  }

  /** Waits in the AppView for one that is not there any more. */
  private boolean isOrphan(String uri) {
    Row waiting = appview.find(WAITING, uri);
    return waiting != null && !appview.has("record", waiting.text("duplicateOf"));
  }

  private static Optional<String> holder(Contents contents, Edge edge, Row row) {
    return contents.where(edge.table, edge.one, row.text(edge.one)).stream()
        .filter(held -> held.is(edge.other, row.get(edge.other)))
        .map(held -> held.text("uri"))
        .findFirst();
  }

  private static boolean isSmaller(Optional<String> uri, String than) {
    return uri.isPresent() && uri.get().compareTo(than) < 0;
  }

  private static boolean holds(Contents contents, String uri) {
    return EDGES.stream().anyMatch(edge -> contents.has(edge.table, uri));
  }
}
