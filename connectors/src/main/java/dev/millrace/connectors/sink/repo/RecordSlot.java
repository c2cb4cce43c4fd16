package dev.millrace.connectors.sink.repo;

import dev.millrace.connectors.sink.collection.NewRecord;
import dev.millrace.connectors.sink.sql.StoredTime;
import org.jspecify.annotations.Nullable;

/**
 * One URI: what the database holds under it, and what it shall hold after the batch. The rules by
 * which any order of the same events ends in the same row:
 *
 * <ul>
 *   <li>A newer rev wins. Of equal revs (which honest hosts do not send) a delete wins, then the
 *       greater cid.
 *   <li>A delete leaves a tombstone, so that an older copy that comes later finds it. What is at or
 *       below the covered rev of its repo needs none.
 *   <li>An older event never changes what is there, but it may move {@code indexedAt}: of one
 *       unbroken stretch of the same cid the earliest time counts. An older event that says
 *       otherwise ends the stretch.
 * </ul>
 *
 * No I/O; owned by the thread that applies the batch.
 */
final class RecordSlot {
  private final String uri;
  private final String collection;
  private @Nullable Version stored;
  private @Nullable String storedTombstone;
  private @Nullable Version now;
  private @Nullable String tombstone;

  RecordSlot(String uri, String collection) {
    this.uri = uri;
    this.collection = collection;
  }

  void load(Version version) {
    stored = version;
    now = version;
  }

  void loadTombstone(String rev) {
    storedTombstone = rev;
    tombstone = rev;
  }

  /** What writing this would be, without doing it. */
  Outcome judge(String cid, String rev, @Nullable String coveredRev) {
    Version held = now;
    if (held != null) {
      int order = rev.compareTo(held.rev());
      if (cid.equals(held.cid())) {
        return order > 0 ? Outcome.CONFIRMED : Outcome.DUPLICATE;
      }
      boolean isNewer = order > 0 || (order == 0 && cid.compareTo(held.cid()) > 0);
      return isNewer ? Outcome.APPLIED : Outcome.STALE;
    }
    if (isAtOrBelow(rev, tombstone)) {
      return Outcome.STALE;
    }
    return isAtOrBelow(rev, coveredRev) ? Outcome.COVERED : Outcome.APPLIED;
  }

  /** Writes what {@link #judge} called applied. */
  void put(NewRecord content, String rev, String time, @Nullable String coveredRev) {
    Version held = now;
    String absentRev;
    if (held == null) {
      absentRev = later(tombstone, coveredRev);
    } else {
      absentRev = held.rev().compareTo(rev) < 0 ? revOrNull(held) : held.absentRev();
    }
    now = new Version(content.cid(), rev, time, absentRev, content);
    tombstone = null;
  }

  /** The same record again, at another rev or time. */
  void confirm(String rev, String time) {
    Version held = present();
    if (held.isAfterAbsence(rev)) {
      held = held.withIndexedAt(StoredTime.earlier(held.indexedAt(), time));
    }
    now = rev.compareTo(held.rev()) > 0 ? held.withRev(rev) : held;
  }

  /** An older event that says the URI held something else, or nothing, at its rev. */
  void contradict(String rev, String time) {
    Version held = now;
    if (held == null || rev.compareTo(held.rev()) >= 0 || !held.isAfterAbsence(rev)) {
      return;
    }
    held = held.withAbsentRev(rev);
    // A time before this event is of the stretch before. What is certain of this one is that it
    // holds the row's rev; if it began earlier, the event that began it follows and says so.
    now =
        held.indexedAt().compareTo(time) < 0
            ? held.withIndexedAt(StoredTime.ofRev(held.rev()))
            : held;
  }

  Outcome delete(String rev, String time, @Nullable String coveredRev) {
    Version held = now;
    if (held != null) {
      if (rev.compareTo(held.rev()) < 0) {
        contradict(rev, time);
        return Outcome.STALE;
      }
      now = null;
      tombstone = rev;
      return Outcome.APPLIED;
    }
    if (isAtOrBelow(rev, tombstone)) {
      return rev.equals(tombstone) ? Outcome.DUPLICATE : Outcome.STALE;
    }
    if (isAtOrBelow(rev, coveredRev)) {
      return Outcome.COVERED;
    }
    tombstone = rev;
    return Outcome.APPLIED;
  }

  /** A whole snapshot at this rev was emitted: what it did not confirm is not in the repo. */
  void sweep(String snapshotRev) {
    Version held = now;
    if (held != null && held.rev().compareTo(snapshotRev) < 0) {
      now = null;
    }
    if (isAtOrBelow(tombstone, snapshotRev)) {
      tombstone = null;
    }
  }

  /**
   * Its generation ended: what it holds is at no rev, in the database as well by the time it is
   * stored.
   */
  void demote() {
    stored = stored == null ? null : stored.withRev("");
    now = now == null ? null : now.withRev("");
    storedTombstone = null;
    tombstone = null;
  }

  /** Its account is gone. */
  void erase() {
    now = null;
    tombstone = null;
  }

  private static @Nullable String revOrNull(Version version) {
    return version.rev().isEmpty() ? null : version.rev();
  }

  private Version present() {
    Version held = now;
    if (held == null) {
      throw new IllegalStateException("nothing to confirm under " + uri);
    }
    return held;
  }

  private static boolean isAtOrBelow(@Nullable String rev, @Nullable String bound) {
    return rev != null && bound != null && rev.compareTo(bound) <= 0;
  }

  private static @Nullable String later(@Nullable String one, @Nullable String other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return one.compareTo(other) >= 0 ? one : other;
  }

  String uri() {
    return uri;
  }

  String collection() {
    return collection;
  }

  @Nullable Version stored() {
    return stored;
  }

  @Nullable Version now() {
    return now;
  }

  @Nullable String storedTombstone() {
    return storedTombstone;
  }

  @Nullable String tombstone() {
    return tombstone;
  }
}
