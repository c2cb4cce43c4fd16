package dev.millrace.atproto.syntax;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A language tag of BCP 47 (RFC 5646): well-formed, no variant and no extension twice, its language
 * of two or three letters in lower case. At most 128 characters.
 *
 * @see <a href="https://atproto.com/specs/lexicon#language">language</a>
 */
public record Language(String value) {
  private static final int MAX_LENGTH = 128;
  private static final Set<String> IRREGULAR =
      Set.of(
          "en-gb-oed",
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
          "sgn-be-fr",
          "sgn-be-nl",
          "sgn-ch-de");
  private static final String PRIVATE_USE = "[xX](?:-[A-Za-z0-9]{1,8})+";
  private static final Pattern TAG =
      Pattern.compile(
          "[a-z]{2,3}(?:-[A-Za-z]{3}){0,3}" // language and its extensions
              + "(?:-[A-Za-z]{4})?" // script
              + "(?:-(?:[A-Za-z]{2}|[0-9]{3}))?" // region
              + "(?<variants>(?:-(?:[A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*)"
              + "(?<extensions>(?:-[A-WYZa-wyz0-9](?:-[A-Za-z0-9]{2,8})+)*)"
              + "(?:-"
              + PRIVATE_USE
              + ")?|"
              + PRIVATE_USE);

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
    if (text.length() > MAX_LENGTH) {
      return false;
    }
    if (IRREGULAR.contains(text.toLowerCase(Locale.ROOT))) {
      return Syntax.isLower(text.charAt(0));
    }
    Matcher matcher = TAG.matcher(text);
    return matcher.matches()
        && !repeats(matcher.group("variants"), 8)
        && !repeats(matcher.group("extensions"), 1);
  }

  /** Whether a subtag of at most this length is there twice, in any case. */
  private static boolean repeats(@Nullable String subtags, int maxLength) {
    if (subtags == null) {
      return false;
    }
    Set<String> seen = new HashSet<>();
    for (String subtag : subtags.toLowerCase(Locale.ROOT).split("-", -1)) {
      if (!subtag.isEmpty() && subtag.length() <= maxLength && !seen.add(subtag)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public String toString() {
    return value;
  }
}
