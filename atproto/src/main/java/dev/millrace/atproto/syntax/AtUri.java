package dev.millrace.atproto.syntax;

import org.jspecify.annotations.Nullable;

/**
 * The address of an account, a collection or a record, in the restricted form of the lexicon string
 * format, at most 8192 characters. The text is made from the parts; nothing is normalized.
 *
 * <pre>
 * at-uri = "at://" at-identifier [ "/" nsid [ "/" record-key ] ]
 * </pre>
 *
 * @see <a href="https://atproto.com/specs/at-uri-scheme">atproto.com/specs/at-uri-scheme</a>
 */
public record AtUri(
    AtIdentifier authority, @Nullable Nsid collection, @Nullable RecordKey recordKey) {
  private static final String SCHEME = "at://";
  private static final int MAX_LENGTH = 8192;

  public AtUri {
    if (collection == null && recordKey != null) {
      throw new IllegalArgumentException("a record key without a collection");
    }
  }

  /** The address of a record. */
  public static AtUri of(Did did, Nsid collection, RecordKey recordKey) {
    return new AtUri(new AtIdentifier(did.value()), collection, recordKey);
  }

  public static AtUri parse(String text) {
    if (!isValid(text)) {
      throw Syntax.invalid("AT-URI", text);
    }
    String[] parts = text.substring(SCHEME.length()).split("/", -1);
    return new AtUri(
        new AtIdentifier(parts[0]),
        parts.length > 1 ? new Nsid(parts[1]) : null,
        parts.length > 2 ? new RecordKey(parts[2]) : null);
  }

  public static boolean isValid(String text) {
    if (text.length() > MAX_LENGTH || !text.startsWith(SCHEME)) {
      return false;
    }
    int start = SCHEME.length();
    int first = text.indexOf('/', start);
    if (first < 0) {
      return AtIdentifier.isValid(text.substring(start));
    }
    int second = text.indexOf('/', first + 1);
    return AtIdentifier.isValid(text.substring(start, first))
        && Nsid.isValid(text.substring(first + 1, second < 0 ? text.length() : second))
        && (second < 0 || RecordKey.isValid(text.substring(second + 1)));
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(SCHEME).append(authority);
    if (collection != null) {
      text.append('/').append(collection);
    }
    if (recordKey != null) {
      text.append('/').append(recordKey);
    }
    return text.toString();
  }
}
