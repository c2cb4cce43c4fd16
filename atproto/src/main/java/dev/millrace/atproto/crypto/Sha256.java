package dev.millrace.atproto.crypto;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The digest that every signature of the protocol is made over. */
final class Sha256 {
  private Sha256() {}

  static byte[] digest(byte[] message) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(message);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
