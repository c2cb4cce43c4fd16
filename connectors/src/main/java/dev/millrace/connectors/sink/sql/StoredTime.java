package dev.millrace.connectors.sink.sql;

import dev.millrace.atproto.syntax.Tid;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/**
 * A moment as the database holds it: {@code yyyy-MM-ddTHH:mm:ss.SSSZ}, always 24 characters, so
 * that text order is time order. Finer fractions are cut off, other zones converted, a missing zone
 * is UTC; every month has 31 days, the 30th of February is the 1st or 2nd of March. What is no
 * moment between the years 0 and 9999 is {@link #UNKNOWN}.
 *
 * <p>As Bluesky's AppView stores every {@code datetime} that it lets in, and other ISO 8601 texts.
 * Of further forms, which its JavaScript reads too ({@code Tue Mar 17 2026}), no record that is let
 * in has any.
 */
public final class StoredTime {
  public static final String UNKNOWN = "1970-01-01T00:00:00.000Z";

  private static final DateTimeFormatter FORM =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);
  private static final Instant FIRST = Instant.parse("0000-01-01T00:00:00Z");
  private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999999Z");

  private StoredTime() {}

  public static String of(String time) {
    IsoTime read = IsoTime.read(time);
    if (read == null) {
      return UNKNOWN;
    }
    return read.isNormal() && time.length() == UNKNOWN.length() && time.endsWith("Z")
        ? time
        : of(read.instant());
  }

  public static String of(Instant moment) {
    return moment.isBefore(FIRST) || moment.isAfter(LAST)
        ? UNKNOWN
        : FORM.format(moment.truncatedTo(ChronoUnit.MILLIS));
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
}
