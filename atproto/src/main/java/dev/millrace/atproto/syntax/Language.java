package dev.millrace.atproto.syntax;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * A language tag of BCP 47 (RFC 5646): well-formed, no variant and no extension twice, its language
 * of two or three letters in lower case.
 *
 * <pre>
 * tag       = language *3("-" 3letter) ["-" script] ["-" region] *("-" variant) *("-" extension)
 *             ["-" private] / private / irregular
 * language  = 2*3lower
 * script    = 4letter
 * region    = 2letter / 3digit
 * variant   = 5*8alphanumeric / digit 3alphanumeric
 * extension = alphanumeric 1*("-" 2*8alphanumeric)   ; other than x
 * private   = "x" 1*("-" 1*8alphanumeric)            ; or X
 * </pre>
 *
 * @see <a href="https://atproto.com/specs/lexicon#language">language</a>
 */
public record Language(String value) {
  /** Those that the grammar does not make, in the only case they are taken in. */
  private static final Set<String> IRREGULAR =
      Set.of(
          "en-GB-oed",
          "i-ami",
          "i-bnn",
          "i-default",
          "i-enochian",
          "i-hak",
          "i-klingon",
          "i-lux",
          "i-mingo",
          "i-navajo",
          "i-pwn",
          "i-tao",
          "i-tay",
          "i-tsu",
          "sgn-BE-FR",
          "sgn-BE-NL",
          "sgn-CH-DE");

  /** Throws {@code BadDataException} "syntax" unless the text is a language tag. */
  public Language {
    if (!isValid(value)) {
      throw Syntax.invalid("language", value);
    }
  }

  public static Language parse(String text) {
    return new Language(text);
  }

  public static boolean isValid(String text) {
    return isLanguage(text) || IRREGULAR.contains(text) || isTag(text.split("-", -1));
  }

  /** What nearly every tag is: a language alone. */
  private static boolean isLanguage(String text) {
    int length = text.length();
    return (length == 2 || length == 3)
        && Syntax.isLower(text.charAt(0))
        && Syntax.isLower(text.charAt(1))
        && Syntax.isLower(text.charAt(length - 1));
  }

  private static boolean isTag(String[] subtags) {
    if (isPrivate(subtags, 0)) {
      return true;
    }
    if (!isLanguage(subtags[0])) {
      return false;
    }
    int i = 1;
    while (i < subtags.length && i <= 3 && isLetters(subtags[i], 3)) {
      i++;
    }
    if (i < subtags.length && isLetters(subtags[i], 4)) {
      i++;
    }
    if (i < subtags.length && isRegion(subtags[i])) {
      i++;
    }
    Set<String> seen = new HashSet<>();
    while (i < subtags.length && isVariant(subtags[i])) {
      if (!seen.add(subtags[i].toLowerCase(Locale.ROOT))) {
        return false;
      }
      i++;
    }
    while (i < subtags.length && isSingleton(subtags[i])) {
      int start = i++;
      while (i < subtags.length && isAlphanumeric(subtags[i], 2, 8)) {
        i++;
      }
      if (i == start + 1 || !seen.add(subtags[start].toLowerCase(Locale.ROOT))) {
        return false;
      }
    }
    return i == subtags.length || isPrivate(subtags, i);
  }

  private static boolean isRegion(String subtag) {
    return isLetters(subtag, 2)
        || (subtag.length() == 3 && subtag.chars().allMatch(c -> Syntax.isDigit((char) c)));
  }

  private static boolean isVariant(String subtag) {
    return isAlphanumeric(subtag, 5, 8)
        || (isAlphanumeric(subtag, 4, 4) && Syntax.isDigit(subtag.charAt(0)));
  }

  private static boolean isSingleton(String subtag) {
    return isAlphanumeric(subtag, 1, 1) && !subtag.equalsIgnoreCase("x");
  }

  /** Whether all subtags from here on are for private use. */
  private static boolean isPrivate(String[] subtags, int start) {
    if (!subtags[start].equalsIgnoreCase("x") || start == subtags.length - 1) {
      return false;
    }
    for (int i = start + 1; i < subtags.length; i++) {
      if (!isAlphanumeric(subtags[i], 1, 8)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isLetters(String subtag, int length) {
    return subtag.length() == length && subtag.chars().allMatch(c -> Syntax.isLetter((char) c));
  }

  private static boolean isAlphanumeric(String subtag, int min, int max) {
    return subtag.length() >= min
        && subtag.length() <= max
        && subtag.chars().allMatch(c -> Syntax.isAlphanumeric((char) c));
  }

  @Override
  public String toString() {
    return value;
  }
}
