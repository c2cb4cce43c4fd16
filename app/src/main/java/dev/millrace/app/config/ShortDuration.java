package dev.millrace.app.config;

import java.time.Duration;

/** Durations as people write them: a whole number and s, m, h or d. */
final class ShortDuration {
  /** Matches one, as part of an expression. */
  static final String PATTERN = "[0-9]{1,6}[smhd]";

  private ShortDuration() {}

  /** Reads what matches {@link #PATTERN}. */
  static Duration parse(String text) {
    int unit = text.length() - 1;
    long count = Long.parseLong(text.substring(0, unit));
    return switch (text.charAt(unit)) {
      case 's' -> Duration.ofSeconds(count);
      case 'm' -> Duration.ofMinutes(count);
      case 'h' -> Duration.ofHours(count);
      case 'd' -> Duration.ofDays(count);
      default -> throw new IllegalArgumentException("no duration: " + text);
    };
  }
}
