package dev.millrace.connectors.sink.sql;

import dev.millrace.atproto.syntax.Tid;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/**
 * A moment as the database holds it: {@code yyyy-MM-ddTHH:mm:ss.SSSZ}, always 24 characters, so
 * that text order is time order. Finer fractions are cut off, other zones converted, a missing zone
 * is UTC. What is no moment between the years 10 and 9999 is {@link #UNKNOWN}, as in Bluesky's
 * AppView.
 */
public final class StoredTime {
  public static final String UNKNOWN = "1970-01-01T00:00:00.000Z";

  private static final DateTimeFormatter FORM =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);
  private static final int LENGTH = UNKNOWN.length();
  private static final Instant FIRST = Instant.parse("0010-01-01T00:00:00Z");
  private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999999Z");

  private StoredTime() {}

  public static String of(String time) {
    // Longer than any sensible form: not worth parsing.
    if (time.length() > 64 || time.length() < 10) {
      return UNKNOWN;
    }
    try {
      Instant moment = parse(time);
      if (time.length() == LENGTH && isStoredForm(time)) {
        return inRange(moment) ? time : UNKNOWN;
      }
      return of(moment);
    } catch (DateTimeException notAMoment) {
      return UNKNOWN;
    }
  }

  public static String of(Instant moment) {
    return inRange(moment) ? FORM.format(moment.truncatedTo(ChronoUnit.MILLIS)) : UNKNOWN;
  }

  /** The moment in a rev. */
  public static String ofRev(String rev) {
    long micros = Tid.parse(rev).micros();
    return of(Instant.EPOCH.plus(micros, ChronoUnit.MICROS));
  }

  /** The earlier of two stored moments. */
  public static String earlier(String one, String other) {
    return one.compareTo(other) <= 0 ? one : other;
  }

  private static Instant parse(String time) {
    char last = time.charAt(time.length() - 1);
    if (last == 'Z') {
      return Instant.parse(time);
    }
    if (time.indexOf('+', 10) > 0 || time.indexOf('-', 10) > 0) {
      return OffsetDateTime.parse(time).toInstant();
    }
    return LocalDateTime.parse(time.length() == 10 ? time + "T00:00:00" : time)
        .toInstant(ZoneOffset.UTC);
  }

  private static boolean isStoredForm(String time) {
    return time.charAt(19) == '.'
        && time.charAt(10) == 'T'
        && time.charAt(LENGTH - 1) == 'Z'
        // 24:00:00 parses as the next day and would be kept as it is written.
        && !time.startsWith("24", 11)
        && !time.startsWith("60", 17);
  }

  private static boolean inRange(Instant moment) {
    return !moment.isBefore(FIRST) && !moment.isAfter(LAST);
  }
}
