package dev.millrace.atproto.mst;

import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The layer of a key: the leading zero bits of its SHA-256, in pairs; so a quarter of the keys of
 * one layer rise to the next. Not thread-safe: it keeps one digest.
 *
 * @see <a href="https://atproto.com/specs/repository#mst-structure">repository, MST structure</a>
 */
final class KeyLayers {
  /** The layer of a key whose hash is all zeros. */
  static final int MAX_LAYER = 128;

  private final MessageDigest sha256;
  private final byte[] digest = new byte[32];

  KeyLayers() {
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  int of(String key) {
    byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
    return of(bytes, bytes.length);
  }

  int of(byte[] key, int length) {
    sha256.update(key, 0, length);
    try {
      sha256.digest(digest, 0, digest.length);
    } catch (DigestException e) {
      throw new IllegalStateException("a SHA-256 has 32 bytes", e);
    }
    int zeros = 0;
    for (byte b : digest) {
      if (b != 0) {
        return (zeros + Integer.numberOfLeadingZeros(b & 0xFF) - 24) / 2;
      }
      zeros += 8;
    }
    return MAX_LAYER;
  }
}
