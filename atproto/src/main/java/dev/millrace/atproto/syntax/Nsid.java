package dev.millrace.atproto.syntax;

/**
 * A namespaced identifier of a lexicon, {@code app.bsky.feed.post}: a domain name in reverse and a
 * name of letters and digits, at most 317 characters.
 *
 * @see <a href="https://atproto.com/specs/nsid">atproto.com/specs/nsid</a>
 */
public record Nsid(String value) implements Comparable<Nsid> {
  private static final int MAX_LENGTH = 317;
  private static final int MAX_NAME_LENGTH = 63;

  /** Throws {@code BadDataException} "syntax" unless the text is an NSID. */
  public Nsid {
    if (!isValid(value)) {
      throw Syntax.invalid("NSID", value);
    }
  }

  public static Nsid parse(String text) {
    return new Nsid(text);
  }

  public static boolean isValid(String text) {
    int lastDot = text.lastIndexOf('.');
    if (text.length() > MAX_LENGTH || lastDot < 0) {
      return false;
    }
    int labels = 0;
    for (int start = 0; start <= lastDot; ) {
      int dot = text.indexOf('.', start);
      if (!Syntax.isDomainLabel(text, start, dot)) {
        return false;
      }
      labels++;
      start = dot + 1;
    }
    return labels >= 2 && Syntax.isLetter(text.charAt(0)) && isName(text, lastDot + 1);
  }

  private static boolean isName(String text, int start) {
    int length = text.length() - start;
    if (length < 1 || length > MAX_NAME_LENGTH || !Syntax.isLetter(text.charAt(start))) {
      return false;
    }
    for (int i = start + 1; i < text.length(); i++) {
      if (!Syntax.isAlphanumeric(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int compareTo(Nsid other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
