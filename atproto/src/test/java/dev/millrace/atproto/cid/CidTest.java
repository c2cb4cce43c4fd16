package dev.millrace.atproto.cid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.atproto.BadDataException;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CidTest {
  private static final String TEXT = "bafyreidfayvfuwqa7qlnopdjiqrxzs6blmoeu4rujcjtnci5beludirz2a";
  private static final byte[] EMPTY_MAP = {(byte) 0xA0};

  @Test
  void shouldKeepItsTextAndBytes() {
    Cid cid = Cid.parse(TEXT);
    assertThat(cid).hasToString(TEXT);
    assertThat(cid.codec()).isEqualTo(Cid.DAG_CBOR);
    assertThat(cid.isSha256()).isTrue();
    assertThat(cid.toBytes()).hasSize(36).startsWith(1, 0x71, 0x12, 32);
    assertThat(Cid.read(cid.toBytes())).isEqualTo(cid).hasSameHashCodeAs(cid);
  }

  @Test
  void shouldReadFromTheMiddleOfAnArray() {
    byte[] padded = new byte[50];
    Cid cid = Cid.raw(EMPTY_MAP);
    assertThat(cid.copyTo(padded, 7)).isEqualTo(43);
    assertThat(Cid.read(padded, 7, 36)).isEqualTo(cid);
  }

  @Test
  void shouldMatchOnlyTheBlockItWasMadeOf() {
    Cid cid = Cid.dagCbor(EMPTY_MAP);
    assertThat(cid).hasToString("bafyreigbtj4x7ip5legnfznufuopl4sg4knzc2cof6duas4b3q2fy6swua");
    assertThat(cid.matches(EMPTY_MAP)).isTrue();
    assertThat(cid.matches(new byte[] {0, (byte) 0xA0, 0}, 1, 1)).isTrue();
    assertThat(cid.matches(new byte[] {(byte) 0x80})).isFalse();
    assertThat(Cid.raw(EMPTY_MAP)).isNotEqualTo(cid);
    assertThat(Cid.raw(EMPTY_MAP).codec()).isEqualTo(Cid.RAW);
  }

  @Test
  void shouldReadOtherHashesButMatchNothingByThem() {
    byte[] identity = HexFormat.of().parseHex("01550003616263");
    Cid cid = Cid.read(identity);
    assertThat(Cid.parse(cid.toString()).toBytes()).isEqualTo(identity);
    assertThat(cid.isSha256()).isFalse();
    assertThat(cid.matches(new byte[] {'a', 'b', 'c'})).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00",
        "01",
        "0171",
        "017112",
        "01711220",
        "0171122000",
        "02711220e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "1220e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "01711220e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b8",
        "01711220e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b85500",
        "01f1001220e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "01ffffffffffffffffffff011220",
      })
  void shouldRefuseBytesThatAreNoCid(String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    assertThatThrownBy(() -> Cid.read(bytes))
        .isInstanceOfSatisfying(
            BadDataException.class, e -> assertThat(e.reason()).isEqualTo("cid"));
  }

  @Test
  void shouldRefuseOtherBasesAndSloppyBase32() {
    for (String text :
        new String[] {
          "",
          "b",
          "zdj7WWeQ43G6JJvLWQWZpyHuAMq6uYWRjkBXFad11vE2LHhQ7",
          TEXT.toUpperCase(java.util.Locale.ROOT),
          TEXT.substring(0, TEXT.length() - 1) + "b",
          TEXT + "a",
          TEXT + "=",
          "b" + "a".repeat(5000)
        }) {
      assertThatThrownBy(() -> Cid.parse(text))
          .as(text)
          .isInstanceOfSatisfying(
              BadDataException.class, e -> assertThat(e.reason()).isEqualTo("cid"));
    }
  }

  @Test
  void shouldSortByBytesSoThatCrowdedHashBucketsStayFast() {
    byte[] low = Cid.raw(EMPTY_MAP).toBytes();
    byte[] high = low.clone();
    Arrays.fill(low, 4, 5, (byte) 0x01);
    Arrays.fill(high, 4, 5, (byte) 0xFF);
    assertThat(Cid.read(low)).isLessThan(Cid.read(high));
  }
}
