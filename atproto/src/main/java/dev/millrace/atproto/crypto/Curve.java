package dev.millrace.atproto.crypto;

import java.math.BigInteger;
import java.util.Arrays;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.util.BigIntegers;

/** The two curves of the protocol. */
@SuppressWarnings("ImmutableEnumChecker") // its arrays and its domain are never changed
public enum Curve {
  /** {@code K-256}: what nearly every account uses. */
  SECP256K1("secp256k1", 0xe7, 0x01, "EcdsaSecp256k1VerificationKey2019"),
  /** {@code P-256}, NIST's. */
  P256("secp256r1", 0x80, 0x24, "EcdsaSecp256r1VerificationKey2019");

  private final int codec0;
  private final int codec1;
  private final String legacyType;
  private final ECDomainParameters domain;
  private final byte[] order;
  private final byte[] halfOrder;

  Curve(String name, int codec0, int codec1, String legacyType) {
    this.codec0 = codec0;
    this.codec1 = codec1;
    this.legacyType = legacyType;
    X9ECParameters parameters = CustomNamedCurves.getByName(name);
    this.domain = new ECDomainParameters(parameters);
    this.order = BigIntegers.asUnsignedByteArray(32, domain.getN());
    this.halfOrder = BigIntegers.asUnsignedByteArray(32, domain.getN().shiftRight(1));
  }

  /** The type under which old DID documents hold a key of this curve. */
  public String legacyType() {
    return legacyType;
  }

  /** The multicodec varint that comes before a compressed point in a Multikey. */
  byte[] multicodec() {
    return new byte[] {(byte) codec0, (byte) codec1};
  }

  ECDomainParameters domain() {
    return domain;
  }

  /** A secret scalar is usable from 1 to the order less one. */
  boolean isSecret(byte[] secret) {
    return secret.length == 32 && isScalar(secret, 0, order);
  }

  /**
   * Whether these are 64 bytes {@code r || s} with both in range and s in the lower half: of the
   * two signatures that every message has, the protocol takes only that one.
   */
  boolean isLowSignature(byte[] signature) {
    return signature.length == 64
        && isScalar(signature, 0, order)
        && (isScalar(signature, 32, halfOrder)
            || Arrays.equals(signature, 32, 64, halfOrder, 0, 32));
  }

  BigInteger lower(BigInteger s) {
    BigInteger n = domain.getN();
    return s.compareTo(n.shiftRight(1)) > 0 ? n.subtract(s) : s;
  }

  private static boolean isScalar(byte[] bytes, int offset, byte[] bound) {
    return Arrays.compareUnsigned(bytes, offset, offset + 32, bound, 0, 32) < 0
        && !isZero(bytes, offset);
  }

  private static boolean isZero(byte[] bytes, int offset) {
    int all = 0;
    for (int i = offset; i < offset + 32; i++) {
      all |= bytes[i];
    }
    return all == 0;
  }
}
