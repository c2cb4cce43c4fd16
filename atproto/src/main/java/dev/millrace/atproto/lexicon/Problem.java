package dev.millrace.atproto.lexicon;

/**
 * What is wrong with a record, and where: the path from the record down, as in {@code
 * embed.images[2].alt}. Made only when something is; the path is put together on the way back up.
 */
record Problem(String path, String what) {
  private static final int MAX_SHOWN = 80;

  static Problem of(String what) {
    return new Problem("", what);
  }

  static Problem expected(String type) {
    return of(type + " expected");
  }

  Problem inField(String name) {
    String rest = path.isEmpty() || path.startsWith("[") ? path : "." + path;
    return new Problem(name + rest, what);
  }

  Problem inItem(int index) {
    return inField("[" + index + "]");
  }

  /** A stranger's text, short enough for a message. */
  static String shown(String text) {
    return '"' + (text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "…") + '"';
  }

  @Override
  public String toString() {
    return (path.isEmpty() ? "the record" : path) + ": " + what;
  }
}
