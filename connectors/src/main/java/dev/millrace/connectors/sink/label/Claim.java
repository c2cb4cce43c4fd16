package dev.millrace.connectors.sink.label;

import org.jspecify.annotations.Nullable;

/**
 * What a labeler said, and when.
 *
 * @param cts in stored form, so that text order is time order
 */
record Claim(String cts, long seq, boolean isNegation, @Nullable String exp)
    implements Comparable<Claim> {

  /** By cts, then seq: which of two counts. */
  @Override
  public int compareTo(Claim other) {
    int byTime = cts.compareTo(other.cts);
    return byTime != 0 ? byTime : Long.compare(seq, other.seq);
  }
}
