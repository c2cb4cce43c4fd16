package dev.millrace.simulator.world;

import dev.millrace.atproto.crypto.SigningKey;

/**
 * Who an account was from a moment on.
 *
 * @param micros when it became so
 * @param pds the index of its PDS
 */
public record Identity(long micros, String handle, int pds, SigningKey key) {
  /** When it became so, as ISO text. */
  public String time() {
    return Timeline.text(micros);
  }

  /** When the DID was made, if this is its first identity: a millisecond before. */
  public String bornAt() {
    return Timeline.text(micros - 1_000);
  }
}
