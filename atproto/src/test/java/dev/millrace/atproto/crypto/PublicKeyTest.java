package dev.millrace.atproto.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.atproto.BadDataException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PublicKeyTest {
  @ParameterizedTest
  @EnumSource
  void shouldReadWhatItWrites(Curve curve) {
    PublicKey key = key(curve, 1);
    assertThat(PublicKey.parseDidKey(key.toDidKey())).isEqualTo(key).hasSameHashCodeAs(key);
    assertThat(PublicKey.parseMultikey(key.toMultikey())).isEqualTo(key);
    assertThat(PublicKey.parseDidKey(key.toDidKey()).curve()).isEqualTo(curve);
    assertThat(key(curve, 2)).isNotEqualTo(key);
    assertThat(key).hasToString(key.toDidKey());
  }

  @ParameterizedTest
  @EnumSource
  void shouldReadLegacyKeysCompressedAndNot(Curve curve) {
    PublicKey key = key(curve, 3);
    byte[] compressed = point(key);
    byte[] uncompressed = curve.domain().getCurve().decodePoint(compressed).getEncoded(false);
    for (byte[] form : new byte[][] {compressed, uncompressed}) {
      assertThat(PublicKey.parseLegacy(curve.legacyType(), "z" + Base58.encode(form)))
          .isEqualTo(key);
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldRefuseWhatIsNoPoint(Curve curve) {
    byte[] good = point(key(curve, 4));
    byte[] uncompressed = curve.domain().getCurve().decodePoint(good).getEncoded(false);
    byte[] hybrid = uncompressed.clone();
    hybrid[0] = (byte) (6 + (uncompressed[64] & 1));
    byte[] offCurve = uncompressed.clone();
    offCurve[64] ^= 1;
    byte[] overField = new byte[33];
    Arrays.fill(overField, (byte) 0xff);
    overField[0] = 2;

    for (byte[] bad :
        new byte[][] {
          new byte[1],
          new byte[33],
          Arrays.copyOf(good, 32),
          Arrays.copyOf(good, 34),
          hybrid,
          offCurve,
          overField
        }) {
      assertBadKey(() -> PublicKey.parseLegacy(curve.legacyType(), "z" + Base58.encode(bad)));
    }
  }

  @Test
  void shouldRefuseOtherTexts() {
    String multikey = key(Curve.P256, 5).toMultikey();
    byte[] otherCodec = Base58.decode(multikey, 1);
    otherCodec[0] ^= 1;
    byte[] bare = Arrays.copyOfRange(otherCodec, 2, otherCodec.length);

    assertBadKey(() -> PublicKey.parseDidKey(multikey));
    assertBadKey(() -> PublicKey.parseDidKey("did:key:"));
    assertBadKey(() -> PublicKey.parseMultikey(""));
    assertBadKey(() -> PublicKey.parseMultikey("z"));
    assertBadKey(() -> PublicKey.parseMultikey(multikey.substring(1)));
    assertBadKey(() -> PublicKey.parseMultikey(multikey + "0"));
    assertBadKey(() -> PublicKey.parseMultikey(multikey + "é"));
    assertBadKey(() -> PublicKey.parseMultikey("z" + "2".repeat(1_000_000)));
    assertBadKey(() -> PublicKey.parseMultikey("z" + Base58.encode(otherCodec)));
    assertBadKey(() -> PublicKey.parseMultikey("z" + Base58.encode(bare)));
    assertBadKey(() -> PublicKey.parseLegacy("Multikey", multikey));
  }

  @Test
  void shouldKeepEveryByteInBase58() {
    Random random = new Random(11);
    for (int i = 1; i < 200; i++) {
      byte[] bytes = new byte[1 + i % 100];
      random.nextBytes(bytes);
      Arrays.fill(bytes, 0, Math.min(bytes.length, i % 4), (byte) 0);
      assertThat(Base58.decode(Base58.encode(bytes), 0)).isEqualTo(bytes);
    }
    assertThat(Base58.encode("Hello World!".getBytes(StandardCharsets.US_ASCII)))
        .isEqualTo("2NEpo7TZRRrLZSi2U");
    assertThat(Base58.encode(new byte[] {0, 0, 0x28, 0x7f, (byte) 0xb4, (byte) 0xcd}))
        .isEqualTo("11233QC4");
  }

  @ParameterizedTest
  @EnumSource
  void shouldRefuseSecretsOutOfRange(Curve curve) {
    byte[] order = curve.domain().getN().toByteArray();
    byte[] n = Arrays.copyOfRange(order, order.length - 32, order.length);
    for (byte[] bad : new byte[][] {new byte[32], new byte[31], n}) {
      assertThatThrownBy(() -> SigningKey.of(curve, bad))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  private static PublicKey key(Curve curve, long seed) {
    byte[] secret = new byte[32];
    new Random(seed).nextBytes(secret);
    return SigningKey.of(curve, secret).publicKey();
  }

  private static byte[] point(PublicKey key) {
    byte[] bytes = Base58.decode(key.toMultikey(), 1);
    return Arrays.copyOfRange(bytes, 2, bytes.length);
  }

  private static void assertBadKey(ThrowingCallable parse) {
    assertThatThrownBy(parse)
        .isInstanceOfSatisfying(
            BadDataException.class, e -> assertThat(e.reason()).isEqualTo("key"));
  }
}
