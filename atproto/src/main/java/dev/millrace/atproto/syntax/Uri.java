package dev.millrace.atproto.syntax;

/**
 * Any URI, loosely: a scheme in lower case, a colon, and printable ASCII without spaces, at most
 * 8192 characters.
 *
 * @see <a href="https://atproto.com/specs/lexicon#uri">uri</a>
 */
public record Uri(String value) {
  private static final int MAX_LENGTH = 8192;
  private static final int MAX_SCHEME_LENGTH = 81;

  /** Throws {@code BadDataException} "syntax" unless the text is a URI. */
  public Uri {
    if (!isValid(value)) {
      throw Syntax.invalid("URI", value);
    }
  }

  public static Uri parse(String text) {
    return new Uri(text);
  }

  public static boolean isValid(String text) {
    int colon = text.indexOf(':');
    if (text.length() > MAX_LENGTH
        || colon < 1
        || colon > MAX_SCHEME_LENGTH
        || colon == text.length() - 1
        || !Syntax.isLower(text.charAt(0))) {
      return false;
    }
    for (int i = 1; i < colon; i++) {
      char c = text.charAt(i);
      if (!Syntax.isLower(c) && c != '.' && c != '-') {
        return false;
      }
    }
    return text.chars().skip(colon + 1L).allMatch(c -> c > ' ' && c < 0x7F);
  }

  @Override
  public String toString() {
    return value;
  }
}
