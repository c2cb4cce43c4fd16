package dev.millrace.atproto.lexicon;

/**
 * The format {@code datetime}: {@code YYYY-MM-DDThh:mm:ss[.fraction](Z|±hh:mm)} in at most 64
 * characters, between the years 0 and 9999 in UTC too.
 *
 * <p>Wider than the specification: every month may have 31 days, as JavaScript reads dates (the
 * 30th of February is the 1st or 2nd of March), and a fraction as many digits as fit.
 */
final class Moments {
  private static final int MAX_LENGTH = 64;
  private static final String FORM = "dddd-dd-ddTdd:dd:dd";
  private static final int SECONDS_END = FORM.length();

  /** The length of {@code ±hh:mm}. */
  private static final int OFFSET_LENGTH = 6;

  private static final int MINUTES_A_DAY = 24 * 60;

  private Moments() {}

  static boolean isMoment(String text) {
    if (text.length() <= SECONDS_END || text.length() > MAX_LENGTH || !hasForm(text)) {
      return false;
    }
    int month = number(text, 5);
    int day = number(text, 8);
    int hour = number(text, 11);
    int minute = number(text, 14);
    if (month < 1 || month > 12 || day < 1 || day > 31) {
      return false;
    }
    if (hour > 23 || minute > 59 || number(text, 17) > 59) {
      return false;
    }
    int zoneAt = afterFraction(text);
    if (zoneAt == text.length() - 1 && text.charAt(zoneAt) == 'Z') {
      return true;
    }
    return zoneAt == text.length() - OFFSET_LENGTH
        && isOffset(text, zoneAt)
        && isWithinYears(text, month, day, hour * 60 + minute - offsetMinutes(text, zoneAt));
  }

  private static boolean hasForm(String text) {
    for (int i = 0; i < SECONDS_END; i++) {
      char expected = FORM.charAt(i);
      char c = text.charAt(i);
      if (expected == 'd' ? !isDigit(c) : c != expected) {
        return false;
      }
    }
    return true;
  }

  /** The place after a fraction, or where one would begin; -1 if it has no digits. */
  private static int afterFraction(String text) {
    if (text.charAt(SECONDS_END) != '.') {
      return SECONDS_END;
    }
    int i = SECONDS_END + 1;
    while (i < text.length() && isDigit(text.charAt(i))) {
      i++;
    }
    return i > SECONDS_END + 1 ? i : -1;
  }

  private static boolean isOffset(String text, int at) {
    char sign = text.charAt(at);
    return (sign == '+' || sign == '-')
        && isDigit(text.charAt(at + 1))
        && isDigit(text.charAt(at + 2))
        && text.charAt(at + 3) == ':'
        && isDigit(text.charAt(at + 4))
        && isDigit(text.charAt(at + 5))
        && number(text, at + 1) <= 23
        && number(text, at + 4) <= 59
        && !text.endsWith("-00:00");
  }

  private static int offsetMinutes(String text, int at) {
    int minutes = number(text, at + 1) * 60 + number(text, at + 4);
    return text.charAt(at) == '-' ? -minutes : minutes;
  }

  /** Whether the moment does not leave the years 0 to 9999 by its offset. */
  private static boolean isWithinYears(String text, int month, int day, int minuteOfDay) {
    if (month == 1 && day == 1 && minuteOfDay < 0) {
      return !text.startsWith("0000");
    }
    return month != 12 || day != 31 || minuteOfDay < MINUTES_A_DAY || !text.startsWith("9999");
  }

  private static int number(String text, int at) {
    return (text.charAt(at) - '0') * 10 + text.charAt(at + 1) - '0';
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
