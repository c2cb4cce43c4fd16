package dev.millrace.atproto.crypto;

import java.math.BigInteger;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;
import org.bouncycastle.util.BigIntegers;

/**
 * A secret key. Signatures are deterministic (RFC 6979): the same key and message give the same
 * bytes. Immutable and thread-safe.
 */
public final class SigningKey {
  private final byte[] secret;
  private final EcdsaBackend backend;
  private final PublicKey publicKey;

  private SigningKey(byte[] secret, EcdsaBackend backend, PublicKey publicKey) {
    this.secret = secret;
    this.backend = backend;
    this.publicKey = publicKey;
  }

  /**
   * The key of a secret scalar.
   *
   * @param secret 32 bytes, from 1 to the curve's order less one: nearly every value
   * @throws IllegalArgumentException if it is none
   */
  public static SigningKey of(Curve curve, byte[] secret) {
    return of(curve, secret, EcdsaBackends.of(curve));
  }

  static SigningKey of(Curve curve, byte[] secret, EcdsaBackend backend) {
    if (!curve.isSecret(secret)) {
      throw new IllegalArgumentException("not a secret key of " + curve);
    }
    BigInteger d = BigIntegers.fromUnsignedByteArray(secret);
    byte[] point =
        new FixedPointCombMultiplier().multiply(curve.domain().getG(), d).getEncoded(true);
    return new SigningKey(secret.clone(), backend, PublicKey.ofPoint(curve, point, backend));
  }

  /** The other half, which verifies. */
  public PublicKey publicKey() {
    return publicKey;
  }

  /** 64 bytes {@code r || s}, s low, over the message's SHA-256. */
  public byte[] sign(byte[] message) {
    return backend.sign(message, secret);
  }
}
