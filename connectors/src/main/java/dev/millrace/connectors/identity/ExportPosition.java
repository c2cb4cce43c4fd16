package dev.millrace.connectors.identity;

import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.syntax.Datetime;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/**
 * A place in a directory's export: an operation's number, or the time of one or several. The
 * beginning has neither.
 */
record ExportPosition(@Nullable Long seq, @Nullable Instant time) {
  static final ExportPosition BEGINNING = new ExportPosition(null, null);

  private static final DateTimeFormatter MILLIS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  /**
   * Of a cursor.
   *
   * @throws IllegalStateException if it is neither: only we write it
   */
  static ExportPosition of(@Nullable String cursor) {
    if (cursor == null) {
      return BEGINNING;
    }
    if (cursor.matches("[0-9]{1,18}")) {
      return new ExportPosition(Long.valueOf(cursor), null);
    }
    try {
      return new ExportPosition(null, Datetime.parse(cursor).instant());
    } catch (BadDataException e) {
      throw new IllegalStateException("an export's cursor is '" + cursor + "'", e);
    }
  }

  boolean isBeginning() {
    return seq == null && time == null;
  }

  @Nullable String cursor() {
    return seq != null ? String.valueOf(seq) : time == null ? null : time.toString();
  }

  /**
   * What to ask with for all from here on: what is exactly here is given again. Several operations
   * may have one time, and a page may end between them.
   *
   * @param early how much before this time; of a number the one before
   */
  @Nullable String from(Duration early) {
    if (seq != null) {
      return String.valueOf(Math.max(0, seq - 1));
    }
    return time == null ? null : MILLIS.format(time.minus(early));
  }

  /** What to ask with for all that is behind everything here. */
  @Nullable String behind() {
    return seq != null ? String.valueOf(seq) : time == null ? null : MILLIS.format(time);
  }

  /** Whether it is behind the other; one of the other kind is, for the directory has changed. */
  boolean isBehind(ExportPosition other) {
    if (seq != null && other.seq != null) {
      return seq > other.seq;
    }
    if (time != null && other.time != null) {
      return time.isAfter(other.time);
    }
    return !isBeginning();
  }
}
