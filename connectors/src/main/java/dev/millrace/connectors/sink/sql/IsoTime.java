package dev.millrace.connectors.sink.sql;

import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import org.jspecify.annotations.Nullable;

/**
 * A moment as ISO 8601 writes it, as JavaScript reads that: {@code
 * YYYY-MM-DD[Thh:mm[:ss[.fraction]]][Z|±hh:mm]}, UTC without a zone. A day may be past the end of
 * its month, and 24:00 is the next midnight.
 *
 * @param day 1 to 31, whatever the month
 * @param second of the day; 86,400 is 24:00
 * @param millis the first three digits of the fraction
 * @param offset of the zone, in seconds
 */
record IsoTime(int year, int month, int day, int second, int millis, int offset) {
  private static final String DATE = "dddd-dd-dd";
  private static final String MINUTE = "Tdd:dd";
  private static final String SECOND = ":dd";
  private static final String ZONE = "dd:dd";
  private static final int SECONDS_A_DAY = 86_400;

  /** Days that every month has. */
  private static final int SHORTEST_MONTH = 28;

  /** Null if the text is none. */
  static @Nullable IsoTime read(String text) {
    if (!is(DATE, text, 0)) {
      return null;
    }
    int year = two(text, 0) * 100 + two(text, 2);
    int month = two(text, 5);
    int day = two(text, 8);
    int second = 0;
    int millis = 0;
    int at = DATE.length();
    if (is(MINUTE, text, at)) {
      int hour = two(text, at + 1);
      int minute = two(text, at + 4);
      at += MINUTE.length();
      int secondOfMinute = 0;
      int fractionAt = at;
      if (is(SECOND, text, at)) {
        secondOfMinute = two(text, at + 1);
        at += SECOND.length();
        fractionAt = at;
        at = afterFraction(text, at);
        millis = millis(text, fractionAt, at);
      }
      second = (hour * 60 + minute) * 60 + secondOfMinute;
      boolean isMidnight = second == SECONDS_A_DAY && hasZerosOnly(text, fractionAt, at);
      if (minute > 59 || secondOfMinute > 59 || (hour > 23 && !isMidnight)) {
        return null;
      }
    }
    Integer offset = offset(text, at);
    return offset == null || month < 1 || month > 12 || day < 1 || day > 31
        ? null
        : new IsoTime(year, month, day, second, millis, offset);
  }

  Instant instant() {
    long days = LocalDate.of(year, month, 1).toEpochDay() + day - 1;
    return Instant.ofEpochSecond(days * SECONDS_A_DAY + second - offset, millis * 1_000_000L);
  }

  /** Whether the calendar would write it with these numbers. */
  boolean isNormal() {
    return second < SECONDS_A_DAY
        && offset == 0
        && (day <= SHORTEST_MONTH || day <= YearMonth.of(year, month).lengthOfMonth());
  }

  /** Whether the form is there; d stands for a digit. */
  private static boolean is(String form, String text, int at) {
    if (text.length() < at + form.length()) {
      return false;
    }
    for (int i = 0; i < form.length(); i++) {
      char expected = form.charAt(i);
      char c = text.charAt(at + i);
      if (expected == 'd' ? !isDigit(c) : c != expected) {
        return false;
      }
    }
    return true;
  }

  private static int afterFraction(String text, int at) {
    if (at + 1 >= text.length() || text.charAt(at) != '.' || !isDigit(text.charAt(at + 1))) {
      return at;
    }
    int i = at + 1;
    while (i < text.length() && isDigit(text.charAt(i))) {
      i++;
    }
    return i;
  }

  private static int millis(String text, int fractionAt, int end) {
    int millis = 0;
    for (int i = fractionAt + 1; i <= fractionAt + 3; i++) {
      millis = millis * 10 + (i < end ? text.charAt(i) - '0' : 0);
    }
    return millis;
  }

  private static boolean hasZerosOnly(String text, int fractionAt, int end) {
    for (int i = fractionAt + 1; i < end; i++) {
      if (text.charAt(i) != '0') {
        return false;
      }
    }
    return true;
  }

  /** In seconds; null if what is left is no zone. */
  private static @Nullable Integer offset(String text, int at) {
    if (at == text.length()) {
      return 0;
    }
    char sign = text.charAt(at);
    if (sign == 'Z') {
      return at + 1 == text.length() ? 0 : null;
    }
    boolean isOffset =
        (sign == '+' || sign == '-')
            && is(ZONE, text, at + 1)
            && at + 1 + ZONE.length() == text.length()
            && two(text, at + 1) <= 23
            && two(text, at + 4) <= 59;
    if (!isOffset) {
      return null;
    }
    int seconds = (two(text, at + 1) * 60 + two(text, at + 4)) * 60;
    return sign == '-' ? -seconds : seconds;
  }

  private static int two(String text, int at) {
    return (text.charAt(at) - '0') * 10 + text.charAt(at + 1) - '0';
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
