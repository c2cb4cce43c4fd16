package dev.millrace.connectors.letters;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a letter lies in {@code dead_letters}; in text {@code partition@offset}. */
public record LetterId(int partition, long offset) {
  private static final Pattern FORM = Pattern.compile("(\\d{1,6})@(\\d{1,18})");

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException if it has another form
   */
  public static LetterId parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "'%s' is no letter, such as 3@1042 (partition@offset, from the list)".formatted(text));
    }
    return new LetterId(Integer.parseInt(matcher.group(1)), Long.parseLong(matcher.group(2)));
  }

  @Override
  public String toString() {
    return partition + "@" + offset;
  }
}
