package dev.millrace.atproto.lexicon;

import com.ibm.icu.text.BreakIterator;
import com.ibm.icu.util.ULocale;

/**
 * Extended grapheme clusters of UAX #29, counted by ICU, as the AppView's runtime does. Java's own
 * {@code \X} follows an older Unicode, in which a conjunct of Khmer or Burmese is several.
 */
final class Graphemes {
  /** An iterator belongs to one thread at a time. */
  private static final ThreadLocal<BreakIterator> CLUSTERS =
      ThreadLocal.withInitial(() -> BreakIterator.getCharacterInstance(ULocale.ROOT));

  private Graphemes() {}

  static int count(String text) {
    BreakIterator clusters = CLUSTERS.get();
    clusters.setText(text);
    int count = 0;
    while (clusters.next() != BreakIterator.DONE) {
      count++;
    }
    return count;
  }
}
