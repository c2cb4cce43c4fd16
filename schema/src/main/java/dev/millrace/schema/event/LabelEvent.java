package dev.millrace.schema.event;

import org.jspecify.annotations.Nullable;

/**
 * One label, or its negation, on {@code label_live}.
 *
 * @param seq of the labeler's stream
 * @param host the labeler's
 * @param src DID that speaks
 * @param uri the subject: an AT-URI or a DID
 * @param cid the version of the subject that is meant, if one is
 * @param neg takes back an earlier label
 * @param cts when it was made
 * @param exp when it ends, if it does
 */
public record LabelEvent(
    long seq,
    String host,
    String src,
    String uri,
    @Nullable String cid,
    String val,
    boolean neg,
    String cts,
    @Nullable String exp) {

  /**
   * The partition key: the DID in {@link #uri()}, else {@link #src()}. A function of what names the
   * label, so a label and its negation meet on one partition.
   */
  public String key() {
    String authority = uri.startsWith("at://") ? uri.substring("at://".length()) : uri;
    if (!authority.startsWith("did:")) {
      return src;
    }
    for (int i = 0; i < authority.length(); i++) {
      char c = authority.charAt(i);
      if (c == '/' || c == '?' || c == '#') {
        return authority.substring(0, i);
      }
    }
    return authority;
  }
}
