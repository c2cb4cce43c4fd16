package dev.millrace.atproto.stream;

import dev.millrace.atproto.crypto.PublicKey;

/**
 * The signature of a label: over the DAG-CBOR of its fields as received, without {@code sig}, by
 * the key {@code #atproto_label} in the DID document of its {@code src}.
 *
 * @see <a href="https://atproto.com/specs/label#label-signatures">label signatures</a>
 */
public final class LabelSignature {
  private LabelSignature() {}

  /** False too for a label that is not signed. */
  public static boolean verify(Label label, PublicKey key) {
    byte[] signature = label.sig();
    return signature != null && key.verify(label.unsigned(), signature);
  }
}
