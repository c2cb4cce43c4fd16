package dev.millrace.atproto.syntax;

/**
 * A decentralized identifier, {@code did:method:rest}, at most 2048 characters.
 *
 * @see <a href="https://atproto.com/specs/did">atproto.com/specs/did</a>
 */
public record Did(String value) implements Comparable<Did> {
  private static final int MAX_LENGTH = 2048;

  /** Throws {@code BadDataException} "syntax" unless the text is a DID. */
  public Did {
    if (!isValid(value)) {
      throw Syntax.invalid("DID", value);
    }
  }

  public static Did parse(String text) {
    return new Did(text);
  }

  public static boolean isValid(String text) {
    int length = text.length();
    if (length > MAX_LENGTH || !text.startsWith("did:")) {
      return false;
    }
    int i = 4;
    while (i < length && Syntax.isLower(text.charAt(i))) {
      i++;
    }
    if (i == 4 || i >= length - 1 || text.charAt(i) != ':') {
      return false;
    }
    for (int j = i + 1; j < length; j++) {
      char c = text.charAt(j);
      if (!Syntax.isAlphanumeric(c) && "._:%-".indexOf(c) < 0) {
        return false;
      }
    }
    char last = text.charAt(length - 1);
    return last != ':' && last != '%';
  }

  /** The method, such as {@code plc} or {@code web}. */
  public String method() {
    return value.substring(4, value.indexOf(':', 4));
  }

  @Override
  public int compareTo(Did other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
