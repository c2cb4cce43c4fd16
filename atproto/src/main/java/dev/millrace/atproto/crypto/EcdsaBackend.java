package dev.millrace.atproto.crypto;

/**
 * One library's ECDSA on one curve. Thread-safe.
 *
 * <p>Callers have checked what crosses this boundary: a point on the curve, a secret and a
 * signature in range, s in its lower half.
 */
sealed interface EcdsaBackend permits PortableEcdsa, NativeSecp256k1, CorrettoP256 {

  /** Prepares a key for many checks. */
  Verifier verifier(byte[] uncompressedPoint);

  /** 64 bytes {@code r || s} over the message's SHA-256; the nonce by RFC 6979, s low. */
  byte[] sign(byte[] message, byte[] secret);

  /** One key, ready to check; thread-safe. */
  interface Verifier {
    /** Whether the 64 bytes {@code r || s} sign the message's SHA-256. */
    boolean verify(byte[] message, byte[] signature);
  }
}
