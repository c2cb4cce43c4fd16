package dev.millrace.atproto.crypto;

import dev.millrace.atproto.BadDataException;
import java.util.Arrays;
import org.bouncycastle.math.ec.ECPoint;
import org.jspecify.annotations.Nullable;

/**
 * A public key: parsed and checked once, then cheap to use. Immutable and thread-safe.
 *
 * <p>Written as
 *
 * <pre>
 * multikey = "z" base58btc( multicodec compressed-point )      multicodec e7 01 | 80 24
 * did-key  = "did:key:" multikey
 * legacy   = "z" base58btc( compressed-point | uncompressed-point )   the type names the curve
 * </pre>
 *
 * @see <a href="https://atproto.com/specs/cryptography#public-key-encoding">the specification</a>
 */
public final class PublicKey {
  private static final String DID_KEY = "did:key:";
  private static final int COMPRESSED = 33;
  private static final int UNCOMPRESSED = 65;

  private final Curve curve;
  private final byte[] compressed;
  private final EcdsaBackend.Verifier verifier;

  private PublicKey(Curve curve, byte[] compressed, EcdsaBackend.Verifier verifier) {
    this.curve = curve;
    this.compressed = compressed;
    this.verifier = verifier;
  }

  /**
   * The key that a {@code did:key:z…} is.
   *
   * @throws BadDataException reason {@code key}
   */
  public static PublicKey parseDidKey(String didKey) {
    if (!didKey.startsWith(DID_KEY)) {
      throw new BadDataException("key", "not a did:key");
    }
    return parseMultikey(didKey.substring(DID_KEY.length()));
  }

  /**
   * The {@code publicKeyMultibase} of a verification method of type {@code Multikey}.
   *
   * @throws BadDataException reason {@code key}
   */
  public static PublicKey parseMultikey(String multibase) {
    byte[] bytes = base58btc(multibase);
    for (Curve curve : Curve.values()) {
      byte[] codec = curve.multicodec();
      if (bytes.length == codec.length + COMPRESSED
          && Arrays.equals(bytes, 0, codec.length, codec, 0, codec.length)) {
        return ofPoint(curve, Arrays.copyOfRange(bytes, codec.length, bytes.length));
      }
    }
    throw new BadDataException(
        "key", "not a compressed point of a known curve, " + bytes.length + " bytes");
  }

  /**
   * The {@code publicKeyMultibase} of an old verification method: the type names the curve, the
   * point is bare.
   *
   * @param type {@link Curve#legacyType()} of one of the curves
   * @throws BadDataException reason {@code key}
   */
  public static PublicKey parseLegacy(String type, String multibase) {
    for (Curve curve : Curve.values()) {
      if (curve.legacyType().equals(type)) {
        return ofPoint(curve, base58btc(multibase));
      }
    }
    throw new BadDataException("key", "not a known type of key");
  }

  /**
   * A point in its compressed (33 bytes) or uncompressed (65 bytes) form.
   *
   * @throws BadDataException reason {@code key}: another form, or not on the curve
   */
  static PublicKey ofPoint(Curve curve, byte[] encoded) {
    return ofPoint(curve, encoded, EcdsaBackends.of(curve));
  }

  static PublicKey ofPoint(Curve curve, byte[] encoded, EcdsaBackend backend) {
    boolean known =
        switch (encoded.length) {
          case COMPRESSED -> encoded[0] == 2 || encoded[0] == 3;
          case UNCOMPRESSED -> encoded[0] == 4;
          default -> false;
        };
    if (!known) {
      throw new BadDataException("key", "not a point, " + encoded.length + " bytes");
    }
    ECPoint point;
    try {
      point = curve.domain().getCurve().decodePoint(encoded);
    } catch (IllegalArgumentException e) {
      throw new BadDataException("key", "not a point of " + curve, e);
    }
    return new PublicKey(curve, point.getEncoded(true), backend.verifier(point.getEncoded(false)));
  }

  /** The same key, checked by the portable library. */
  PublicKey portable() {
    return ofPoint(curve, compressed, EcdsaBackends.portable(curve));
  }

  public Curve curve() {
    return curve;
  }

  /**
   * Whether this key signed the SHA-256 of the message.
   *
   * @param signature 64 bytes {@code r || s} with s in the lower half of the order; anything else,
   *     DER among it, is refused
   */
  public boolean verify(byte[] message, byte[] signature) {
    return curve.isLowSignature(signature) && verifier.verify(message, signature);
  }

  /** {@code did:key:z…}. */
  public String toDidKey() {
    return DID_KEY + toMultikey();
  }

  /** {@code z…}, for a verification method of type {@code Multikey}. */
  public String toMultikey() {
    byte[] codec = curve.multicodec();
    byte[] bytes = Arrays.copyOf(codec, codec.length + compressed.length);
    System.arraycopy(compressed, 0, bytes, codec.length, compressed.length);
    return "z" + Base58.encode(bytes);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof PublicKey key
        && key.curve == curve
        && Arrays.equals(key.compressed, compressed);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(compressed);
  }

  @Override
  public String toString() {
    return toDidKey();
  }

  private static byte[] base58btc(String multibase) {
    if (!multibase.startsWith("z")) {
      throw new BadDataException("key", "multibase other than base58btc");
    }
    return Base58.decode(multibase, 1);
  }
}
