package dev.millrace.atproto.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.millrace.atproto.SharedFixtures;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.bouncycastle.util.BigIntegers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SignatureTest {
  @Test
  void shouldJudgeEveryInteropSignatureAlikeOnBothBackends() throws Exception {
    JsonNode cases = json("interop/crypto/signature-fixtures.json");
    assertThat(cases.size()).isGreaterThanOrEqualTo(6);
    for (JsonNode test : cases) {
      byte[] message = Base64.getDecoder().decode(test.get("messageBase64").textValue());
      byte[] signature = Base64.getDecoder().decode(test.get("signatureBase64").textValue());
      PublicKey key = PublicKey.parseDidKey(test.get("publicKeyDid").textValue());
      String multibase = test.get("publicKeyMultibase").textValue();
      boolean valid = test.get("validSignature").booleanValue();

      assertThat(PublicKey.parseLegacy(test.get("didDocSuite").textValue(), multibase))
          .isEqualTo(key);
      assertThat(key.verify(message, signature)).as(test.toString()).isEqualTo(valid);
      assertThat(key.portable().verify(message, signature)).as(test.toString()).isEqualTo(valid);
    }
  }

  @Test
  void shouldDeriveThePublicKeysOfTheInteropSecrets() throws Exception {
    for (JsonNode test : json("interop/crypto/w3c_didkey_K256.json")) {
      byte[] secret = HexFormat.of().parseHex(test.get("privateKeyBytesHex").textValue());
      assertThat(SigningKey.of(Curve.SECP256K1, secret).publicKey().toDidKey())
          .isEqualTo(test.get("publicDidKey").textValue());
    }
    for (JsonNode test : json("interop/crypto/w3c_didkey_P256.json")) {
      byte[] secret = Base58.decode(test.get("privateKeyBytesBase58").textValue(), 0);
      assertThat(SigningKey.of(Curve.P256, secret).publicKey().toDidKey())
          .isEqualTo(test.get("publicDidKey").textValue());
    }
  }

  /** RFC 6979, appendix A.2.5 (P-256, SHA-256, "sample"), with s brought to its lower half. */
  @Test
  void shouldSignAsTheRfcDoes() {
    SigningKey key =
        SigningKey.of(
            Curve.P256,
            HexFormat.of()
                .parseHex("C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721"));
    String r = "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716";
    BigInteger s =
        new BigInteger("f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8", 16);
    String low = HexFormat.of().formatHex(BigIntegers.asUnsignedByteArray(32, s));
    assertThat(HexFormat.of().formatHex(key.sign("sample".getBytes(StandardCharsets.US_ASCII))))
        .isEqualTo(
            r
                + HexFormat.of()
                    .formatHex(
                        BigIntegers.asUnsignedByteArray(
                            32, Curve.P256.domain().getN().subtract(s))))
        .isNotEqualTo(r + low);
  }

  @ParameterizedTest
  @EnumSource
  void shouldUseTheNativeLibraryWhereThereIsOne(Curve curve) {
    org.junit.jupiter.api.Assumptions.assumeTrue(
        System.getProperty("os.name").equals("Linux"), "the build brings natives for Linux");
    assertThat(EcdsaBackends.of(curve)).isNotInstanceOf(PortableEcdsa.class);
  }

  @ParameterizedTest
  @EnumSource
  void shouldFallBackWhenTheNativeLibraryCannotLoad(Curve curve) {
    EcdsaBackend portable = EcdsaBackends.portable(curve);
    assertThat(
            EcdsaBackends.nativeOr(
                portable,
                curve,
                () -> {
                  throw new UnsatisfiedLinkError("no such library");
                }))
        .isSameAs(portable);
  }

  @Test
  void shouldFallBackWhenTheNativeLibraryVerifiesWrongly() {
    EcdsaBackend portable = EcdsaBackends.portable(Curve.P256);
    EcdsaBackend otherCurve = EcdsaBackends.portable(Curve.SECP256K1);
    assertThat(EcdsaBackends.nativeOr(portable, Curve.P256, () -> otherCurve)).isSameAs(portable);
  }

  @ParameterizedTest
  @EnumSource
  void shouldAgreeBetweenBackendsOnRandomSignatures(Curve curve) {
    Random random = new Random(curve.name().length());
    for (int i = 0; i < 100; i++) {
      byte[] secret = bytes(random, 32);
      byte[] message = bytes(random, random.nextInt(300));
      SigningKey natively = SigningKey.of(curve, secret);
      SigningKey portably = SigningKey.of(curve, secret, EcdsaBackends.portable(curve));
      byte[] signature = natively.sign(message);

      assertThat(signature).hasSize(64).isEqualTo(portably.sign(message));
      assertVerdict(natively.publicKey(), message, signature, true);

      byte[] flipped = signature.clone();
      flipped[random.nextInt(64)] ^= (byte) (1 << random.nextInt(8));
      assertVerdict(natively.publicKey(), message, flipped, false);
      byte[] other = Arrays.copyOf(message, message.length + 1);
      assertVerdict(natively.publicKey(), other, signature, false);
      assertVerdict(natively.publicKey(), message, highS(curve, signature), false);
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldRefuseScalarsOutOfRangeAndOtherLengths(Curve curve) {
    SigningKey key = SigningKey.of(curve, bytes(new Random(7), 32));
    byte[] message = {1, 2, 3};
    byte[] good = key.sign(message);
    byte[] order = BigIntegers.asUnsignedByteArray(32, curve.domain().getN());
    byte[] half = BigIntegers.asUnsignedByteArray(32, curve.domain().getN().shiftRight(1));

    assertVerdict(key.publicKey(), message, new byte[64], false);
    assertVerdict(key.publicKey(), message, with(good, 0, new byte[32]), false);
    assertVerdict(key.publicKey(), message, with(good, 32, new byte[32]), false);
    assertVerdict(key.publicKey(), message, with(good, 0, order), false);
    assertVerdict(key.publicKey(), message, with(good, 32, order), false);
    assertVerdict(key.publicKey(), message, with(good, 32, half), false);
    assertVerdict(key.publicKey(), message, new byte[0], false);
    assertVerdict(key.publicKey(), message, Arrays.copyOf(good, 63), false);
    assertVerdict(key.publicKey(), message, Arrays.copyOf(good, 65), false);
    assertThat(curve.isLowSignature(with(good, 32, half))).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void shouldVerifyWithOneKeyFromManyThreads(Curve curve) throws Exception {
    SigningKey key = SigningKey.of(curve, bytes(new Random(9), 32));
    PublicKey shared = key.publicKey();
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      for (Future<Boolean> right :
          threads.invokeAll(
              IntStream.range(0, 200)
                  .<java.util.concurrent.Callable<Boolean>>mapToObj(
                      i ->
                          () -> {
                            byte[] message = bytes(new Random(i), 100);
                            byte[] signature = key.sign(message);
                            return shared.verify(message, signature)
                                && !shared.verify(new byte[] {(byte) i}, signature);
                          })
                  .toList())) {
        assertThat(right.get()).isTrue();
      }
    }
  }

  private static void assertVerdict(
      PublicKey key, byte[] message, byte[] signature, boolean valid) {
    assertThat(key.verify(message, signature)).isEqualTo(valid);
    assertThat(key.portable().verify(message, signature)).isEqualTo(valid);
  }

  private static byte[] highS(Curve curve, byte[] signature) {
    BigInteger s = new BigInteger(1, Arrays.copyOfRange(signature, 32, 64));
    return with(
        signature, 32, BigIntegers.asUnsignedByteArray(32, curve.domain().getN().subtract(s)));
  }

  private static byte[] with(byte[] signature, int offset, byte[] scalar) {
    byte[] changed = signature.clone();
    System.arraycopy(scalar, 0, changed, offset, 32);
    return changed;
  }

  private static byte[] bytes(Random random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private static JsonNode json(String fixture) throws Exception {
    return new JsonMapper().readTree(SharedFixtures.path(fixture).toFile());
  }
}
