package dev.millrace.schema.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CursorKeyTest {
  private static final CursorKey RELAY = new CursorKey(CursorKey.Stream.REPOS, "relay.example:1");
  private static final CursorKey HOST = CursorKey.ofHost("pds.example:2583", "relay.example:1");

  @Test
  void shouldKeepAPortInTheHost() {
    CursorKey key = new CursorKey(CursorKey.Stream.FIREHOSE, "127.0.0.1:2583");
    assertThat(key).hasToString("firehose:127.0.0.1:2583");
    assertThat(CursorKey.parse(key.toBytes())).isEqualTo(key);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "firehose", "firehose:", "likes:host", "Firehose:host"})
  void shouldRefuseWhatIsNoKey(String key) {
    assertThatThrownBy(() -> CursorKey.parse(key)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldNameTheListOfAHostBesideTheRelayThatKnowsIt() {
    assertThat(HOST).hasToString("repos:pds.example:2583@relay.example:1");
    assertThat(CursorKey.parse(HOST.toString())).isEqualTo(HOST);
    assertThat(HOST.hostName()).isEqualTo("pds.example:2583");
    assertThat(HOST.isOfHostOf("relay.example:1")).isTrue();
    assertThat(HOST.isOfHostOf("other.example")).isFalse();
    assertThat(RELAY.isOfHostOf("relay.example:1")).isFalse();
    assertThat(CursorKey.ofHosts("relay.example:1").isOfHostOf("relay.example:1")).isFalse();
  }

  @Test
  void shouldHaveOneWriterForAllHostsOfARelayAndEachOtherStreamItsOwn() {
    assertThat(HOST.writer()).isEqualTo(CursorKey.ofHosts("relay.example:1"));
    assertThat(CursorKey.ofHosts("relay.example:1").writer())
        .isEqualTo(CursorKey.ofHosts("relay.example:1"));
    assertThat(RELAY.writer()).isEqualTo(RELAY);
  }

  @Test
  void shouldTellBadSpotsOfOneListFromThoseOfAnother() {
    CursorKey spot = RELAY.spot("1700::did:plc:" + "x".repeat(4_000));
    assertThat(spot.toString()).startsWith("spot:repos:relay.example:1#").hasSizeLessThan(60);
    assertThat(CursorKey.parse(spot.toString())).isEqualTo(spot);
    assertThat(spot.isSpotOf(RELAY)).isTrue();
    assertThat(spot.isSpotOf(new CursorKey(CursorKey.Stream.REPOS, "relay.example"))).isFalse();
    assertThat(HOST.spot("5").isSpotOf(HOST)).isTrue();
    assertThat(HOST.spot("5").isSpotOf(RELAY)).isFalse();
    assertThat(RELAY.spot(null)).isNotEqualTo(RELAY.spot(""));
    assertThat(RELAY.spot("5")).isEqualTo(RELAY.spot("5")).isNotEqualTo(RELAY.spot("6"));
  }
}
