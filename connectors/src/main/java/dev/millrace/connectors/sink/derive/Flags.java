package dev.millrace.connectors.sink.derive;

import org.jspecify.annotations.Nullable;

/**
 * The derived columns of {@code post}. Null is as good as false; the AppView writes the first two
 * only if one of them is true, and of the others only what is true.
 */
record Flags(
    @Nullable Boolean invalidReplyRoot,
    @Nullable Boolean violatesThreadGate,
    @Nullable Boolean violatesEmbeddingRules,
    @Nullable Boolean hasThreadGate,
    @Nullable Boolean hasPostGate) {

  static Flags of(
      boolean isInvalid,
      boolean violatesThreadGate,
      boolean violatesEmbeddingRules,
      boolean hasThreadGate,
      boolean hasPostGate) {
    boolean isBadReply = isInvalid || violatesThreadGate;
    return new Flags(
        isBadReply ? isInvalid : null,
        isBadReply ? violatesThreadGate : null,
        violatesEmbeddingRules ? true : null,
        hasThreadGate ? true : null,
        hasPostGate ? true : null);
  }

  boolean isInvalid() {
    return Boolean.TRUE.equals(invalidReplyRoot);
  }

  boolean violates() {
    return Boolean.TRUE.equals(violatesThreadGate);
  }
}
