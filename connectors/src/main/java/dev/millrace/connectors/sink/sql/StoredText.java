package dev.millrace.connectors.sink.sql;

import org.jspecify.annotations.Nullable;

/**
 * Text as the database can hold it: NUL and surrogates without a partner, which Postgres refuses,
 * become U+FFFD; everything else stays as it is, '' included.
 */
public final class StoredText {
  private static final char REPLACEMENT = '\uFFFD';

  private StoredText() {}

  public static @Nullable String ofNullable(@Nullable String text) {
    return text == null ? null : of(text);
  }

  public static String of(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (isRefused(text, i)) {
        return replaced(text, i);
      }
    }
    return text;
  }

  private static String replaced(String text, int first) {
    StringBuilder stored = new StringBuilder(text);
    for (int i = first; i < text.length(); i++) {
      if (isRefused(text, i)) {
        stored.setCharAt(i, REPLACEMENT);
      }
    }
    return stored.toString();
  }

  private static boolean isRefused(String text, int i) {
    char c = text.charAt(i);
    if (c == 0) {
      return true;
    }
    if (Character.isHighSurrogate(c)) {
      return i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1));
    }
    return Character.isLowSurrogate(c)
        && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)));
  }
}
