package dev.millrace.atproto.syntax;

/**
 * The key of a record within its collection: 1 to 512 of {@code A-Za-z0-9.-_:~}, neither "." nor
 * "..".
 *
 * @see <a href="https://atproto.com/specs/record-key">atproto.com/specs/record-key</a>
 */
public record RecordKey(String value) implements Comparable<RecordKey> {
  private static final int MAX_LENGTH = 512;

  /** Throws {@code BadDataException} "syntax" unless the text is a record key. */
  public RecordKey {
    if (!isValid(value)) {
      throw Syntax.invalid("record key", value);
    }
  }

  public static RecordKey parse(String text) {
    return new RecordKey(text);
  }

  public static boolean isValid(String text) {
    if (text.isEmpty() || text.length() > MAX_LENGTH || text.equals(".") || text.equals("..")) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!Syntax.isAlphanumeric(c) && "_~.:-".indexOf(c) < 0) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int compareTo(RecordKey other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
