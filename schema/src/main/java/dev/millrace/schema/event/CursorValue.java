package dev.millrace.schema.event;

import org.jspecify.annotations.Nullable;

/**
 * How far a stream of a host has been read, on {@code ingest_cursors}; a null value there forgets
 * the cursor.
 *
 * @param cursor as the host gave it: a number for the event streams, any text for listRepos, a
 *     number or a time for a directory's export; null is none yet, which is not 0. Of a gap: where
 *     reading went on
 * @param from of a gap: the cursor that the host no longer had
 * @param eventTime ISO 8601, the newest event's own time, where it has one
 * @param done the listing reached its end
 * @param updatedAt ISO 8601, the clock at writing
 */
public record CursorValue(
    @Nullable String cursor,
    @Nullable String from,
    @Nullable String eventTime,
    boolean done,
    String updatedAt) {

  public static CursorValue at(
      @Nullable String cursor, @Nullable String eventTime, String updatedAt) {
    return new CursorValue(cursor, null, eventTime, false, updatedAt);
  }

  public static CursorValue gap(@Nullable String from, @Nullable String to, String updatedAt) {
    return new CursorValue(to, from, null, false, updatedAt);
  }
}
