package dev.millrace.atproto.syntax;

import java.util.Locale;

/**
 * A handle: a domain name of at least two labels whose last one starts with a letter, at most 253
 * characters. Keeps the case it was read in; {@link #normalized} is what handles are compared by.
 *
 * <p>A handle is a claim; syntax says nothing about whose it is.
 *
 * @see <a href="https://atproto.com/specs/handle">atproto.com/specs/handle</a>
 */
public record Handle(String value) {
  private static final int MAX_LENGTH = 253;

  /** Throws {@code BadDataException} "syntax" unless the text is a handle. */
  public Handle {
    if (!isValid(value)) {
      throw Syntax.invalid("handle", value);
    }
  }

  public static Handle parse(String text) {
    return new Handle(text);
  }

  public static boolean isValid(String text) {
    int lastDot = text.lastIndexOf('.');
    if (text.length() > MAX_LENGTH || lastDot < 0 || lastDot == text.length() - 1) {
      return false;
    }
    for (int start = 0; start <= text.length(); ) {
      int dot = text.indexOf('.', start);
      int end = dot < 0 ? text.length() : dot;
      if (!Syntax.isDomainLabel(text, start, end)) {
        return false;
      }
      start = end + 1;
    }
    return Syntax.isLetter(text.charAt(lastDot + 1));
  }

  /** The handle in lower case. */
  public Handle normalized() {
    return new Handle(value.toLowerCase(Locale.ROOT));
  }

  @Override
  public String toString() {
    return value;
  }
}
