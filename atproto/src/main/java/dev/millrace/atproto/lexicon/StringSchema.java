package dev.millrace.atproto.lexicon;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * A text.
 *
 * @param minLength in bytes of UTF-8
 * @param maxLength in bytes of UTF-8
 * @param minGraphemes in grapheme clusters
 * @param maxGraphemes in grapheme clusters
 * @param format null for any
 */
record StringSchema(
    int minLength, int maxLength, int minGraphemes, int maxGraphemes, @Nullable StringFormat format)
    implements Schema {
  private static final int MAX_BYTES_A_CHAR = 3;

  @Override
  public @Nullable Problem check(JsonNode value) {
    if (!value.isTextual()) {
      return Problem.expected("a text");
    }
    String text = value.textValue();
    // Neither bytes nor clusters are counted where the number of chars settles it.
    int chars = text.length();
    if (chars < minLength || chars > maxLength / MAX_BYTES_A_CHAR) {
      int length = utf8Length(text);
      if (length < minLength || length > maxLength) {
        return outside(length, "bytes", minLength, maxLength);
      }
    }
    if (minGraphemes > 0 || chars > maxGraphemes) {
      int graphemes = Graphemes.count(text);
      if (graphemes < minGraphemes || graphemes > maxGraphemes) {
        return outside(graphemes, "grapheme clusters", minGraphemes, maxGraphemes);
      }
    }
    return format == null || format.matches(text)
        ? null
        : Problem.of("not a valid " + format.label() + ": " + Problem.shown(text));
  }

  private static Problem outside(int length, String unit, int min, int max) {
    return Problem.of(length + " " + unit + ", where " + min + " to " + max + " are allowed");
  }

  private static int utf8Length(String text) {
    int length = text.length();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      // Of a pair of surrogates, four bytes in all, each counts for two.
      length += c < 0x80 ? 0 : c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
    }
    return length;
  }
}
