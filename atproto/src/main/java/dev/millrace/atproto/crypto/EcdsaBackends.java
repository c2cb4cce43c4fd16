package dev.millrace.atproto.crypto;

import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import org.bouncycastle.math.ec.ECPoint;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which library does the work on each curve, decided once when this class is first used: the native
 * one if it loads and agrees with the portable one on a signature, else the portable one.
 */
final class EcdsaBackends {
  private static final Logger LOG = LoggerFactory.getLogger(EcdsaBackends.class);
  private static final EcdsaBackend PORTABLE_SECP256K1 = new PortableEcdsa(Curve.SECP256K1);
  private static final EcdsaBackend PORTABLE_P256 = new PortableEcdsa(Curve.P256);
  // Lambdas, not constructor references: those would link the library's classes here and now,
  // where an error cannot be caught.
  private static final EcdsaBackend SECP256K1 =
      nativeOr(PORTABLE_SECP256K1, Curve.SECP256K1, () -> new NativeSecp256k1());
  private static final EcdsaBackend P256 =
      nativeOr(PORTABLE_P256, Curve.P256, () -> new CorrettoP256());

  private EcdsaBackends() {}

  /** The one in use. */
  static EcdsaBackend of(Curve curve) {
    return switch (curve) {
      case SECP256K1 -> SECP256K1;
      case P256 -> P256;
    };
  }

  /** BouncyCastle, whatever else loads. */
  static EcdsaBackend portable(Curve curve) {
    return switch (curve) {
      case SECP256K1 -> PORTABLE_SECP256K1;
      case P256 -> PORTABLE_P256;
    };
  }

  static EcdsaBackend nativeOr(
      EcdsaBackend portable, Curve curve, Supplier<EcdsaBackend> nativeBackend) {
    try {
      EcdsaBackend loaded = nativeBackend.get();
      if (agree(loaded, portable, curve)) {
        return loaded;
      }
      LOG.warn("the native library for {} verifies wrongly; using the portable one", curve);
    } catch (LinkageError | RuntimeException e) {
      LOG.warn("no native library for {}; using the portable one, at half the speed", curve, e);
    }
    return portable;
  }

  private static boolean agree(EcdsaBackend loaded, EcdsaBackend portable, Curve curve) {
    byte[] secret = new byte[32];
    secret[31] = 1;
    ECPoint point = curve.domain().getG().normalize();
    byte[] message = "millrace".getBytes(StandardCharsets.US_ASCII);
    byte[] signature = portable.sign(message, secret);
    EcdsaBackend.Verifier verifier = loaded.verifier(point.getEncoded(false));
    return verifier.verify(message, signature)
        && !verifier.verify(new byte[] {1}, signature)
        && portable.verifier(point.getEncoded(false)).verify(message, loaded.sign(message, secret));
  }
}
