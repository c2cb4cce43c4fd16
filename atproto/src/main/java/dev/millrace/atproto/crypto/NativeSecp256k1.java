package dev.millrace.atproto.crypto;

import fr.acinq.secp256k1.Secp256k1;

/** Bitcoin's libsecp256k1 by JNI. */
final class NativeSecp256k1 implements EcdsaBackend {
  private final Secp256k1 library;

  /** Loads the library; any error of linking or unpacking comes out of here. */
  NativeSecp256k1() {
    library = Secp256k1.Companion.get();
  }

  @Override
  public Verifier verifier(byte[] uncompressedPoint) {
    // The library reads the point again at each call: uncompressed saves it a square root.
    byte[] point = uncompressedPoint.clone();
    return (message, signature) -> library.verify(signature, Sha256.digest(message), point);
  }

  @Override
  public byte[] sign(byte[] message, byte[] secret) {
    // Without extra entropy the library's nonce is RFC 6979's, and its s is always the low one.
    return library.sign(Sha256.digest(message), secret, null);
  }
}
