package dev.millrace.atproto.crypto;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;

/**
 * AWS-LC by Amazon's provider, used without registering it. It verifies; its own signatures have
 * random nonces, so those come from BouncyCastle.
 */
final class CorrettoP256 implements EcdsaBackend {
  /** SubjectPublicKeyInfo of an uncompressed P-256 point, up to the point (RFC 5480). */
  private static final byte[] SPKI_HEADER =
      HexFormat.of().parseHex("3059301306072a8648ce3d020106082a8648ce3d030107034200");

  private final PortableEcdsa portable = new PortableEcdsa(Curve.P256);
  private final Provider provider;

  /** Loads the library; any error of linking or unpacking comes out of here. */
  CorrettoP256() {
    AmazonCorrettoCryptoProvider loaded = AmazonCorrettoCryptoProvider.INSTANCE;
    Throwable error = loaded.getLoadingError();
    if (error != null) {
      throw new IllegalStateException("Corretto's native library did not load", error);
    }
    provider = loaded;
  }

  @Override
  public Verifier verifier(byte[] uncompressedPoint) {
    byte[] spki = new byte[SPKI_HEADER.length + uncompressedPoint.length];
    System.arraycopy(SPKI_HEADER, 0, spki, 0, SPKI_HEADER.length);
    System.arraycopy(uncompressedPoint, 0, spki, SPKI_HEADER.length, uncompressedPoint.length);
    try {
      PublicKey key =
          KeyFactory.getInstance("EC", provider).generatePublic(new X509EncodedKeySpec(spki));
      return (message, signature) -> verify(key, message, signature);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Corretto refused a point that is on the curve", e);
    }
  }

  private boolean verify(PublicKey key, byte[] message, byte[] signature) {
    try {
      Signature verifier = Signature.getInstance("SHA256withECDSAinP1363Format", provider);
      verifier.initVerify(key);
      verifier.update(message);
      return verifier.verify(signature);
    } catch (SignatureException e) {
      // JCA's word for a signature that cannot be read at all.
      return false;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Corretto cannot verify P-256", e);
    }
  }

  @Override
  public byte[] sign(byte[] message, byte[] secret) {
    return portable.sign(message, secret);
  }
}
