package dev.millrace.connectors.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceHostTest {
  @ParameterizedTest
  @CsvSource({
    "bsky.network, bsky.network, wss://bsky.network",
    "Relay1.us-east.bsky.network, relay1.us-east.bsky.network, wss://relay1.us-east.bsky.network",
    "wss://bsky.network/, bsky.network, wss://bsky.network",
    "https://bsky.network:443, bsky.network, wss://bsky.network",
    "http://127.0.0.1:2583, 127.0.0.1:2583, ws://127.0.0.1:2583",
    "ws://localhost:80, localhost, ws://localhost",
    "relay.example:2470, relay.example:2470, wss://relay.example:2470",
  })
  void shouldNameAHostTheSameHoweverItIsGiven(String given, String name, String webSocket) {
    ServiceHost host = ServiceHost.parse(given);
    assertThat(host.name()).isEqualTo(name);
    assertThat(host.webSocket()).hasToString(webSocket);
    assertThat(host.http()).hasToString(webSocket.replaceFirst("^ws", "http"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "ftp://bsky.network",
        "https://user@bsky.network",
        "https://bsky.network/xrpc",
        "bsky.network?cursor=1",
        "not a host"
      })
  void shouldSayWhatIsWrongWithAHost(String given) {
    assertThatThrownBy(() -> ServiceHost.parse(given))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("want name[:port]");
  }

  @Test
  void shouldNotConfuseTwoPortsOfOneHost() {
    assertThat(ServiceHost.parse("http://127.0.0.1:1").name())
        .isNotEqualTo(ServiceHost.parse("http://127.0.0.1:2").name());
  }
}
