package dev.millrace.atproto.syntax;

import dev.millrace.atproto.BadDataException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A moment, in the text it was written in: the intersection of RFC 3339 and ISO 8601, with seconds
 * and a time zone, years 0000 to 9999, a fraction of up to 20 digits.
 *
 * <p>The moment must exist (no month 13, no second 60) and must not lie before year 0.
 *
 * @see <a href="https://atproto.com/specs/lexicon#datetime">datetime</a>
 */
public record Datetime(String value) {
  private static final int MAX_LENGTH = 64;
  private static final Pattern PATTERN =
      Pattern.compile(
          "([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})"
              + "(?:\\.([0-9]{1,20}))?(?:Z|([+-])([0-9]{2}):([0-9]{2}))");
  private static final Instant EARLIEST = Instant.parse("0000-01-01T00:00:00Z");

  /** Throws {@code BadDataException} "syntax" unless the text is such a moment. */
  public Datetime {
    read(value);
  }

  public static Datetime parse(String text) {
    return new Datetime(text);
  }

  public static boolean isValid(String text) {
    try {
      read(text);
      return true;
    } catch (BadDataException e) {
      return false;
    }
  }

  /** The moment, cut to nanoseconds. */
  public Instant instant() {
    return read(value);
  }

  private static Instant read(String text) {
    Matcher matcher = PATTERN.matcher(text);
    if (text.length() > MAX_LENGTH || !matcher.matches() || text.endsWith("-00:00")) {
      throw Syntax.invalid("datetime", text);
    }
    try {
      Instant instant =
          LocalDateTime.of(
                  number(matcher, 1),
                  number(matcher, 2),
                  number(matcher, 3),
                  number(matcher, 4),
                  number(matcher, 5),
                  number(matcher, 6),
                  nanos(matcher.group(7)))
              .toInstant(ZoneOffset.UTC)
              .minusSeconds(offsetSeconds(matcher));
      if (!instant.isBefore(EARLIEST)) {
        return instant;
      }
    } catch (DateTimeException e) {
      throw new BadDataException("syntax", "not a moment that exists: " + text, e);
    }
    throw Syntax.invalid("datetime", text);
  }

  private static int number(Matcher matcher, int group) {
    return Integer.parseInt(matcher.group(group));
  }

  private static int nanos(@Nullable String fraction) {
    return fraction == null ? 0 : Integer.parseInt((fraction + "00000000").substring(0, 9));
  }

  private static int offsetSeconds(Matcher matcher) {
    if (matcher.group(8) == null) {
      return 0;
    }
    int hours = number(matcher, 9);
    int minutes = number(matcher, 10);
    if (hours > 23 || minutes > 59) {
      throw new DateTimeException("an offset of " + hours + ":" + minutes);
    }
    int seconds = hours * 3600 + minutes * 60;
    return matcher.group(8).equals("-") ? -seconds : seconds;
  }

  @Override
  public String toString() {
    return value;
  }
}
