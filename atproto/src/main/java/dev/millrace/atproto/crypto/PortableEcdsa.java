package dev.millrace.atproto.crypto;

import java.math.BigInteger;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.util.BigIntegers;

/** BouncyCastle, for both curves: runs everywhere, at a third to a half of the native speed. */
final class PortableEcdsa implements EcdsaBackend {
  private final Curve curve;

  PortableEcdsa(Curve curve) {
    this.curve = curve;
  }

  @Override
  public Verifier verifier(byte[] uncompressedPoint) {
    ECPublicKeyParameters key =
        new ECPublicKeyParameters(
            curve.domain().getCurve().decodePoint(uncompressedPoint), curve.domain());
    return (message, signature) -> {
      ECDSASigner signer = new ECDSASigner();
      signer.init(false, key);
      BigInteger r = BigIntegers.fromUnsignedByteArray(signature, 0, 32);
      BigInteger s = BigIntegers.fromUnsignedByteArray(signature, 32, 32);
      return signer.verifySignature(Sha256.digest(message), r, s);
    };
  }

  @Override
  public byte[] sign(byte[] message, byte[] secret) {
    ECDSASigner signer = new ECDSASigner(new HMacDSAKCalculator(new SHA256Digest()));
    BigInteger d = BigIntegers.fromUnsignedByteArray(secret);
    signer.init(true, new ECPrivateKeyParameters(d, curve.domain()));
    BigInteger[] rs = signer.generateSignature(Sha256.digest(message));
    byte[] signature = new byte[64];
    BigIntegers.asUnsignedByteArray(rs[0], signature, 0, 32);
    BigIntegers.asUnsignedByteArray(curve.lower(rs[1]), signature, 32, 32);
    return signature;
  }
}
