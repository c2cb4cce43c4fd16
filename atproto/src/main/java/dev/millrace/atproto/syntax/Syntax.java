package dev.millrace.atproto.syntax;

import dev.millrace.atproto.BadDataException;

/** What the syntax types share: ASCII classes, domain labels, and the error they throw. */
final class Syntax {
  private static final int MAX_SHOWN = 80;

  private Syntax() {}

  static BadDataException invalid(String type, String text) {
    String shown = text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "…";
    return new BadDataException("syntax", "not a valid " + type + ": \"" + shown + "\"");
  }

  static boolean isLower(char c) {
    return c >= 'a' && c <= 'z';
  }

  static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  static boolean isLetter(char c) {
    return isLower(c) || (c >= 'A' && c <= 'Z');
  }

  static boolean isAlphanumeric(char c) {
    return isLetter(c) || isDigit(c);
  }

  /** A label of a domain name: 1 to 63 letters, digits and hyphens, no hyphen at either end. */
  static boolean isDomainLabel(String text, int start, int end) {
    if (end - start < 1 || end - start > 63) {
      return false;
    }
    for (int i = start; i < end; i++) {
      if (!isAlphanumeric(text.charAt(i)) && text.charAt(i) != '-') {
        return false;
      }
    }
    return text.charAt(start) != '-' && text.charAt(end - 1) != '-';
  }
}
