package dev.millrace.atproto.syntax;

/**
 * A timestamp identifier: 13 characters of sortable base32 that hold, from the high bit, one zero
 * bit, 53 bits of microseconds since 1970 and 10 bits of clock id. Text order is time order.
 *
 * @see <a href="https://atproto.com/specs/tid">atproto.com/specs/tid</a>
 */
public record Tid(String value) implements Comparable<Tid> {
  private static final String ALPHABET = "234567abcdefghijklmnopqrstuvwxyz";
  private static final int LENGTH = 13;
  private static final int CLOCK_ID_BITS = 10;
  private static final long MAX_MICROS = (1L << 53) - 1;
  private static final int MAX_CLOCK_ID = (1 << CLOCK_ID_BITS) - 1;

  /** Throws {@code BadDataException} "syntax" unless the text is a TID. */
  public Tid {
    if (!isValid(value)) {
      throw Syntax.invalid("TID", value);
    }
  }

  public static Tid parse(String text) {
    return new Tid(text);
  }

  /**
   * The TID of a moment and a clock.
   *
   * @param micros microseconds since 1970, 0 to 2^53 - 1
   * @param clockId 0 to 1023
   */
  public static Tid of(long micros, int clockId) {
    if (micros < 0 || micros > MAX_MICROS) {
      throw new IllegalArgumentException("micros out of range: " + micros);
    }
    if (clockId < 0 || clockId > MAX_CLOCK_ID) {
      throw new IllegalArgumentException("clock id out of range: " + clockId);
    }
    long bits = (micros << CLOCK_ID_BITS) | clockId;
    char[] text = new char[LENGTH];
    for (int i = LENGTH - 1; i >= 0; i--) {
      text[i] = ALPHABET.charAt((int) (bits & 31));
      bits >>>= 5;
    }
    return new Tid(new String(text));
  }

  public static boolean isValid(String text) {
    if (text.length() != LENGTH || text.charAt(0) > 'j') {
      return false;
    }
    for (int i = 0; i < LENGTH; i++) {
      char c = text.charAt(i);
      if (!Syntax.isLower(c) && (c < '2' || c > '7')) {
        return false;
      }
    }
    return true;
  }

  /** Microseconds since 1970. */
  public long micros() {
    return bits() >>> CLOCK_ID_BITS;
  }

  public int clockId() {
    return (int) (bits() & MAX_CLOCK_ID);
  }

  private long bits() {
    long bits = 0;
    for (int i = 0; i < LENGTH; i++) {
      char c = value.charAt(i);
      bits = (bits << 5) | (c <= '7' ? c - '2' : c - 'a' + 6);
    }
    return bits;
  }

  @Override
  public int compareTo(Tid other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
