package dev.millrace.atproto.cbor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.cid.Cid;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CborReaderTest {

  private static byte[] hex(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          nothing at all                     | ''
          indefinite bytes                   | 5f4101ff
          indefinite text                    | 7f6161ff
          indefinite array                   | 9f01ff
          indefinite map                     | bf616101ff
          a break alone                      | ff
          reserved initial byte              | 1c
          23 in two bytes                    | 1817
          255 in three bytes                 | 1900ff
          65535 in five bytes                | 1a0000ffff
          2^32-1 in nine bytes               | 1b00000000ffffffff
          -24 in two bytes                   | 3817
          a length in two bytes              | 780161
          2^63                               | 1b8000000000000000
          2^64-1                             | 1bffffffffffffffff
          -2^63-1                            | 3b8000000000000000
          half float                         | f93c00
          single float                       | fa3f800000
          double float                       | fb3ff0000000000000
          undefined                          | f7
          simple value                       | e0
          simple value in two bytes          | f820
          true in two bytes                  | f815
          tag 0                              | c060
          tag 43                             | d82b4100
          tag 42 in three bytes              | d9002a4100
          tag 42 on text                     | d82a6161
          tag cut                            | d8
          link without bytes                 | d82a40
          link without its zero              | d82a582501711220e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b85500
          keys by bytes before length        | a2626161016162 02
          key twice                          | a261610161 6102
          keys out of order                  | a2616201616102
          key that is a number               | a10102
          key that is bytes                  | a1416101
          map cut                            | a161
          map without its value              | a16161
          array cut                          | 8201
          text cut                           | 6261
          bytes cut                          | 4201
          number cut                         | 1901
          a terabyte of bytes                | 5b0000010000000000
          2^63 bytes                         | 5b8000000000000000
          two billion entries                | 9a7fffffff
          four billion pairs                 | baffffffff
          array of 2^64-1                    | 9bffffffffffffffff
          bytes after the value              | 0101
          overlong UTF-8                     | 62c080
          lone surrogate                     | 63eda080
          pair of surrogates                 | 66eda080edb080
          above U+10FFFF                     | 64f4908080
          UTF-8 cut                          | 62e282
          continuation alone                 | 6180
          Latin-1                            | 61e9
          key with a lone surrogate          | a163eda08001
          """)
  void shouldRefuse(String what, String hex) {
    byte[] bytes = hex(hex.replace(" ", ""));
    assertThatThrownBy(() -> DagCbor.decode(bytes))
        .isInstanceOfSatisfying(
            BadDataException.class, e -> assertThat(e.reason()).isEqualTo("cbor"));
    assertThatThrownBy(() -> new CborToJson().convert(bytes))
        .isInstanceOfSatisfying(
            BadDataException.class, e -> assertThat(e.reason()).isEqualTo("cbor"));
    assertThatThrownBy(
            () -> {
              CborReader reader = new CborReader(bytes);
              reader.skip();
              reader.requireEnd();
            })
        .isInstanceOfSatisfying(
            BadDataException.class, e -> assertThat(e.reason()).isEqualTo("cbor"));
  }

  @Test
  void shouldRefuseALinkToSomethingThatIsNoCid() {
    assertThatThrownBy(() -> DagCbor.decode(hex("d82a420012")))
        .isInstanceOfSatisfying(
            BadDataException.class, e -> assertThat(e.reason()).isEqualTo("cid"));
  }

  @Test
  void shouldReadTheWholeRangeOfIntegers() {
    for (long value :
        new long[] {
          0,
          23,
          24,
          255,
          256,
          65535,
          65536,
          4294967295L,
          4294967296L,
          Long.MAX_VALUE,
          -1,
          -24,
          -25,
          -256,
          -257,
          -65536,
          -65537,
          -4294967296L,
          -4294967297L,
          Long.MIN_VALUE
        }) {
      assertThat(DagCbor.decode(DagCbor.encode(value))).isEqualTo(value);
    }
  }

  @Test
  void shouldWalkAFrameWithoutATree() {
    Cid cid = Cid.raw(new byte[0]);
    byte[] block =
        DagCbor.encode(
            Map.of("a", List.of(1L, "two"), "b", cid, "bytes", new byte[] {1, 2}, "no", false));
    CborReader reader = new CborReader(block);
    assertThat(reader.beginMap()).isEqualTo(4);
    assertThat(reader.readKey()).isEqualTo("a");
    assertThat(reader.beginArray()).isEqualTo(2);
    assertThat(reader.readInteger()).isEqualTo(1);
    assertThat(reader.readText()).isEqualTo("two");
    reader.end();
    assertThat(reader.readKey()).isEqualTo("b");
    assertThat(reader.readLink()).isEqualTo(cid);
    assertThat(reader.readKey()).isEqualTo("no");
    assertThat(reader.tryNull()).isFalse();
    assertThat(reader.readBoolean()).isFalse();
    assertThat(reader.readKey()).isEqualTo("bytes");
    assertThat(reader.readEncoded()).isEqualTo(hex("420102"));
    reader.end();
    reader.requireEnd();
  }

  @Test
  void shouldSayWhatItFoundInstead() {
    CborReader reader = new CborReader(hex("6161"));
    assertThatThrownBy(reader::readInteger)
        .isInstanceOf(BadDataException.class)
        .hasMessage("expected an integer, found TEXT");
    assertThat(reader.readText()).isEqualTo("a");
  }

  @Test
  void shouldRefuseContainersBeyondTheDepthLimitOnly() {
    assertThat(DagCbor.decode(nested(CborReader.MAX_DEPTH))).isInstanceOf(List.class);
    assertThat(new CborToJson().convert(nested(CborReader.MAX_DEPTH))).hasSize(256);
    assertThatThrownBy(() -> DagCbor.decode(nested(CborReader.MAX_DEPTH + 1)))
        .isInstanceOf(BadDataException.class);
    assertThatThrownBy(() -> new CborReader(nested(1_000_000)).skip())
        .isInstanceOf(BadDataException.class);
  }

  private static byte[] nested(int depth) {
    byte[] arrays = new byte[depth];
    java.util.Arrays.fill(arrays, (byte) 0x81);
    arrays[depth - 1] = (byte) 0x80;
    return arrays;
  }

  @Test
  void shouldStayWithinItsRange() {
    byte[] source = hex("ff820102ff");
    CborReader reader = new CborReader(source, 1, 3);
    assertThat(DagCbor.read(reader)).isEqualTo(List.of(1L, 2L));
    reader.requireEnd();
    assertThatThrownBy(() -> DagCbor.read(new CborReader(source, 1, 2)))
        .isInstanceOf(BadDataException.class);
    assertThatThrownBy(() -> new CborReader(source, 3, 3))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }
}
