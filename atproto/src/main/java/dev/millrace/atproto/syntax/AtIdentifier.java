package dev.millrace.atproto.syntax;

/**
 * An account by DID or by handle.
 *
 * @see <a href="https://atproto.com/specs/lexicon#at-identifier">at-identifier</a>
 */
public record AtIdentifier(String value) {

  /** Throws {@code BadDataException} "syntax" unless the text is a DID or a handle. */
  public AtIdentifier {
    if (!isValid(value)) {
      throw Syntax.invalid("DID or handle", value);
    }
  }

  public static AtIdentifier parse(String text) {
    return new AtIdentifier(text);
  }

  public static boolean isValid(String text) {
    return text.startsWith("did:") ? Did.isValid(text) : Handle.isValid(text);
  }

  public boolean isDid() {
    return value.startsWith("did:");
  }

  @Override
  public String toString() {
    return value;
  }
}
