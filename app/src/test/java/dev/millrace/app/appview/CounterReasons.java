package dev.millrace.app.appview;

import dev.millrace.app.appview.Contents.Row;
import java.util.List;

/** Of counters: Millrace's must be what its own rows say, whatever the AppView's is. */
final class CounterReasons {
  private final Contents appview;
  private final Contents millrace;

  /** A column of a table of counters counts rows of another table by one of their columns. */
  private record Counter(String table, String column, String of, String by) {}

  private static final List<Counter> COUNTERS =
      List.of(
          new Counter("post_agg", "likeCount", "like", "subject"),
          new Counter("post_agg", "repostCount", "repost", "subject"),
          new Counter("post_agg", "replyCount", "post", "replyParent"),
          new Counter("post_agg", "quoteCount", "quote", "subject"),
          new Counter("profile_agg", "followersCount", "follow", "subjectDid"),
          new Counter("profile_agg", "followsCount", "follow", "creator"),
          new Counter("profile_agg", "postsCount", "post", "creator"));

  CounterReasons(Contents appview, Contents millrace) {
    this.appview = appview;
    this.millrace = millrace;
  }

  void addTo(Reasons reasons) {
    for (Counter counter : COUNTERS) {
      reasons.column(
          counter.table,
          counter.column,
          "is not what the AppView's own rows say, for it was not counted again; here it is",
          d -> isOurs(counter, d) && !isAppViews(counter, d));
      reasons.column(
          counter.table,
          counter.column,
          "is what the rows say, on both sides; they differ for a reason of their own",
          d -> isOurs(counter, d) && isAppViews(counter, d));
    }
    for (String table : List.of("post_agg", "profile_agg")) {
      reasons.row(
          table,
          "a row of zeros is as none, and the AppView's own rows say zero, too",
          d ->
              COUNTERS.stream()
                  .filter(counter -> counter.table.equals(table))
                  .allMatch(
                      c ->
                          count(d.isMissing() ? millrace : appview, c, d.key()) == 0
                              && (d.isMissing() || d.text(c.column).equals("0"))));
    }
  }

  private boolean isOurs(Counter counter, Difference d) {
    return d.millrace(counter.column).equals(Integer.toString(count(millrace, counter, d.key())));
  }

  private boolean isAppViews(Counter counter, Difference d) {
    return d.appview(counter.column).equals(Integer.toString(count(appview, counter, d.key())));
  }

  private static int count(Contents contents, Counter counter, String key) {
    List<Row> counted = contents.where(counter.of, counter.by, key);
    return counter.column.equals("replyCount")
        ? (int) counted.stream().filter(row -> !row.is("violatesThreadGate", "t")).count()
        : counted.size();
  }
}
