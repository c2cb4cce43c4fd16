package dev.millrace.connectors.sink.queue;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** By which rule something is derived, and what its key is. */
public enum Kind {
  /** Who has a handle; the handle. */
  HANDLE,
  /** A post came or went, which those below it depend on; its URI. */
  POST,
  /** What a post has of others; its URI. */
  REPLY,
  /** A gate came or went; the URI of its post. */
  GATE,
  /** {@link #GATE} once more, after those who may not have seen the gate. */
  GATE_AGAIN,
  /** A follow came or went that a gate may ask for; the gate's owner, a space, who replies. */
  FOLLOW,
  /** A member of a list came or went that a gate may ask for; the list's URI, a space, who. */
  LIST_ITEM,
  /** An account was deleted for good, and loses what it was told; its DID. */
  ERASURE,
  /** {@link #ERASURE} once more, after those who may not have seen it. */
  ERASURE_AGAIN;

  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The words of all that this version can derive. */
  static List<String> words() {
    return Arrays.stream(values()).map(Kind::word).toList();
  }

  static Kind of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
