package dev.millrace.connectors.repolist;

/**
 * How many repos to ask for at once: narrowed tenfold around a page that keeps failing, to one;
 * widened tenfold after ten pages in a row that passed.
 */
final class PageSize {
  private static final int FACTOR = 10;
  private static final int PASSES_TO_WIDEN = 10;

  private final int full;
  private int size;
  private int passes;

  PageSize(int full) {
    this.full = full;
    this.size = full;
  }

  int get() {
    return size;
  }

  boolean isFull() {
    return size == full;
  }

  boolean isOne() {
    return size == 1;
  }

  void narrow() {
    size = Math.max(1, size / FACTOR);
    passes = 0;
  }

  void passed() {
    passes++;
    if (passes >= PASSES_TO_WIDEN && !isFull()) {
      size = Math.min(full, size * FACTOR);
      passes = 0;
    }
  }

  void failed() {
    passes = 0;
  }
}
