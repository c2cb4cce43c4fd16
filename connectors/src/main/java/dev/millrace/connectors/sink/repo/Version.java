package dev.millrace.connectors.sink.repo;

import dev.millrace.connectors.sink.collection.NewRecord;
import org.jspecify.annotations.Nullable;

/**
 * A record as its row holds it.
 *
 * @param rev the newest rev at which it is known to have been so
 * @param indexedAt the earliest time of the unbroken stretch of revs up to {@link #rev} in which it
 *     was so
 * @param absentRev the newest rev below {@link #rev} at which this URI is known to have held
 *     something else or nothing: the stretch begins after it. Null: none is known
 * @param content what to write; null if the row holds it already
 */
record Version(
    String cid,
    String rev,
    String indexedAt,
    @Nullable String absentRev,
    @Nullable NewRecord content) {

  Version withRev(String newRev) {
    return new Version(cid, newRev, indexedAt, absentRev, content);
  }

  Version withIndexedAt(String newIndexedAt) {
    return new Version(cid, rev, newIndexedAt, absentRev, content);
  }

  Version withAbsentRev(String newAbsentRev) {
    return new Version(cid, rev, indexedAt, newAbsentRev, content);
  }

  boolean isAfterAbsence(String otherRev) {
    return absentRev == null || otherRev.compareTo(absentRev) > 0;
  }
}
