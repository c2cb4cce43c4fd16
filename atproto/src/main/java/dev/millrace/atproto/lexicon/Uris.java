package dev.millrace.atproto.lexicon;

import dev.millrace.atproto.syntax.AtUri;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** The formats {@code uri} and {@code at-uri}. */
final class Uris {
  private static final int MAX_AT_URI_LENGTH = 8192;
  private static final String POINTER_PUNCTUATION = "._~:@!$&')(*+,;=%[]/-";

  private Uris() {}

  /**
   * A scheme of letters, digits and underscores, a colon, perhaps two slashes, then at least one
   * character, no further slash first, and no white space. The specification allows hyphens and
   * dots in a scheme, and neither capitals nor what is not ASCII anywhere.
   */
  static boolean isUri(String text) {
    int colon = text.indexOf(':');
    if (colon < 1) {
      return false;
    }
    for (int i = 0; i < colon; i++) {
      char c = text.charAt(i);
      if (!isAlphanumeric(c) && c != '_') {
        return false;
      }
    }
    int start = text.startsWith("//", colon + 1) ? colon + 3 : colon + 1;
    if (start >= text.length() || text.charAt(start) == '/') {
      return false;
    }
    for (int i = start; i < text.length(); i++) {
      if (isWhiteSpace(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  /** What JavaScript calls white space in patterns. */
  private static boolean isWhiteSpace(char c) {
    return c <= ' '
        ? c == ' ' || (c >= '\t' && c <= '\r')
        : c >= 0xA0
            && (c == 0xA0
                || c == 0x2028
                || c == 0x2029
                || c == 0xFEFF
                || Character.getType(c) == Character.SPACE_SEPARATOR);
  }

  /** An address as the specification restricts it, or with a JSON pointer after a "#". */
  static boolean isAtUri(String text) {
    int hash = text.indexOf('#');
    return hash < 0
        ? AtUri.isValid(text)
        : text.length() <= MAX_AT_URI_LENGTH
            && AtUri.isValid(text.substring(0, hash))
            && isPointer(text, hash + 1);
  }

  private static boolean isPointer(String text, int start) {
    if (start == text.length() || text.charAt(start) != '/') {
      return false;
    }
    for (int i = start; i < text.length(); i++) {
      if (!isAlphanumeric(text.charAt(i)) && POINTER_PUNCTUATION.indexOf(text.charAt(i)) < 0) {
        return false;
      }
    }
    return text.indexOf('%', start) < 0 || isPercentEncoded(text.substring(start));
  }

  /** Whether each "%" begins two hex digits, and what they stand for is UTF-8. */
  private static boolean isPercentEncoded(String text) {
    try {
      // Latin-1 keeps each byte, so that UTF-8 can be judged afterwards.
      String bytes = URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.ISO_8859_1);
      StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes.getBytes(StandardCharsets.ISO_8859_1)));
      return true;
    } catch (IllegalArgumentException | CharacterCodingException e) {
      return false;
    }
  }

  private static boolean isAlphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }
}
