package dev.millrace.connectors.firehose;

import dev.millrace.connectors.sink.sql.StoredTime;
import dev.millrace.schema.event.RepoEvent;
import dev.millrace.schema.topic.Topic;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Whether frames are the stream as it happens or a window of its past, which decides what their
 * events say and where they go.
 *
 * <p>Of a window, an event has no number, for it has no place in the live log; and where accounts
 * and whole repos stood then is no news: it leads to a question about today, once a DID a run.
 *
 * <p>Safe for use by several threads.
 */
final class Origin {
  /** Beyond it somebody is asked about again, which costs a fetch. */
  private static final int MOST_REMEMBERED = 200_000;

  private final @Nullable Instant begun;
  private final boolean tellsEmptied;
  private final Set<String> asked = ConcurrentHashMap.newKeySet();

  private Origin(@Nullable Instant begun, boolean tellsEmptied) {
    this.begun = begun;
    this.tellsEmptied = tellsEmptied;
  }

  /** The stream as it happens. */
  static Origin live() {
    return new Origin(null, true);
  }

  /**
   * A window of its past; one for all workers of a run.
   *
   * @param begun when it was decided on: all that it holds had happened by then
   * @param isNarrowed whether only some collections are wanted; commits of others are not told then
   */
  static Origin window(Instant begun, boolean isNarrowed) {
    return new Origin(begun, !isNarrowed);
  }

  boolean isWindow() {
    return begun != null;
  }

  /** Whether a commit is told of which no record is wanted. */
  boolean tellsEmptied() {
    return tellsEmptied;
  }

  Topic topic() {
    return isWindow() ? Topic.FIREHOSE_BACKFILL : Topic.FIREHOSE_LIVE;
  }

  long seq(long seq) {
    return isWindow() ? RepoEvent.BACKFILL_SEQ : seq;
  }

  /**
   * The event's own time; but not after the window was decided on, whatever a host's clock said: by
   * its time the indexer knows what is older than the end of a generation.
   */
  String time(String time) {
    return begun != null && StoredTime.of(time).compareTo(StoredTime.of(begun)) > 0
        ? StoredTime.of(begun)
        : time;
  }

  /** Whether this is the first question of its kind about an account. */
  boolean isFirst(String did, String reason) {
    if (asked.size() >= MOST_REMEMBERED) {
      asked.clear();
    }
    return asked.add(reason + ' ' + did);
  }
}
