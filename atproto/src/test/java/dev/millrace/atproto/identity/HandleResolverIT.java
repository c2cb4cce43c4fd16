package dev.millrace.atproto.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.atproto.syntax.Did;
import dev.millrace.atproto.syntax.Handle;
import dev.millrace.atproto.xrpc.AddressGuard;
import dev.millrace.atproto.xrpc.HttpLimits;
import dev.millrace.atproto.xrpc.XrpcClient;
import dev.millrace.atproto.xrpc.XrpcException;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Handles by a DNS of the test's own and a host on this machine. */
final class HandleResolverIT {
  private static final Did DID = Did.parse("did:plc:aaaaaaaaaaaaaaaaaaaaaaaa");
  private static final Did OTHER = Did.parse("did:plc:bbbbbbbbbbbbbbbbbbbbbbbb");
  private static final Handle HANDLE = Handle.parse("Alice.millrace.dev");

  private final MockWebServer host = new MockWebServer();
  private final FakeDns dns = new FakeDns();
  private final XrpcClient client = new XrpcClient(HttpLimits.DEFAULT, AddressGuard.of(true));
  private HandleResolver network;

  @BeforeEach
  void start() throws IOException {
    host.start();
    network =
        new NetworkHandleResolver(
            client, dns, Duration.ofMillis(500), handle -> host.url("/" + handle).uri());
  }

  @AfterEach
  void stop() {
    client.close();
    host.close();
  }

  @Test
  void shouldTakeTheDidThatDnsNames() throws XrpcException {
    dns.txt("_atproto.alice.millrace.dev", "v=spf1", "did=" + DID);

    assertThat(network.resolve(HANDLE)).isEqualTo(DID);
    assertThat(host.getRequestCount()).isZero();
  }

  @Test
  void shouldAskTheHostWhereDnsNamesNobody() throws XrpcException {
    answer(200, DID + "\n");

    assertThat(network.resolve(HANDLE)).isEqualTo(DID);
  }

  @Test
  void shouldTakeNeitherOfTwoDidsThatDnsNames() throws XrpcException {
    dns.txt("_atproto.alice.millrace.dev", "did=" + DID, "did=" + OTHER);
    answer(404, "");

    assertThat(network.resolve(HANDLE)).isNull();
  }

  @Test
  void shouldSayThatNobodyIsNamedWhereTheHostHasNoSuchPage() throws XrpcException {
    answer(404, "not here");

    assertThat(network.resolve(HANDLE)).isNull();
  }

  @Test
  void shouldTakeAPageForNoDid() throws XrpcException {
    answer(200, "<html>welcome</html>");
    answer(200, "x".repeat(10_000));

    assertThat(network.resolve(HANDLE)).isNull();
    assertThat(network.resolve(HANDLE)).isNull();
  }

  @Test
  void shouldNotKnowWhereTheHostFails() {
    answer(503, "later");

    assertThatThrownBy(() -> network.resolve(HANDLE))
        .isInstanceOfSatisfying(
            XrpcException.class, e -> assertThat(e.reason()).isEqualTo("http-503"));
  }

  @Test
  void shouldNotKnowWhereDnsFailsAndTheHostNamesNobody() {
    dns.fail();
    answer(404, "");

    assertThatThrownBy(() -> network.resolve(HANDLE))
        .isInstanceOfSatisfying(XrpcException.class, e -> assertThat(e.reason()).isEqualTo("dns"));
  }

  @Test
  void shouldBelieveTheHostWhereDnsFails() throws XrpcException {
    dns.fail();
    answer(200, DID.value());

    assertThat(network.resolve(HANDLE)).isEqualTo(DID);
  }

  @Test
  void shouldWaitForDnsNoLongerThanItsLimit() {
    dns.beSilent();
    answer(404, "");

    assertThatThrownBy(() -> network.resolve(HANDLE))
        .isInstanceOfSatisfying(
            XrpcException.class, e -> assertThat(e.reason()).isEqualTo("timeout"));
  }

  @Test
  void shouldSayThatNobodyIsNamedWhereTheNameHasNoAddress() throws XrpcException {
    try (XrpcClient strict = new XrpcClient(HttpLimits.DEFAULT, AddressGuard.of(true))) {
      HandleResolver resolver =
          new NetworkHandleResolver(
              strict, dns, Duration.ofSeconds(5), handle -> URI.create("http://gone.invalid/"));

      assertThat(resolver.resolve(HANDLE)).isNull();
    }
  }

  @Test
  void shouldSendNoRequestToAPrivateAddress() throws XrpcException {
    try (XrpcClient strict = new XrpcClient(HttpLimits.DEFAULT, AddressGuard.of(false))) {
      HandleResolver resolver =
          new NetworkHandleResolver(
              strict, dns, Duration.ofSeconds(5), handle -> host.url("/").uri());

      assertThat(resolver.resolve(HANDLE)).isNull();
    }
    assertThat(host.getRequestCount()).isZero();
  }

  @Test
  void shouldAskNobodyForAReservedName() throws XrpcException {
    assertThat(network.resolve(Handle.parse("handle.invalid"))).isNull();
    assertThat(dns.asked()).isZero();
    assertThat(host.getRequestCount()).isZero();
  }

  @Test
  void shouldAskTheServiceThatTheOperatorNames() throws Exception {
    answer(200, "{\"did\":\"" + DID + "\"}");
    answer(400, "{\"error\":\"InvalidRequest\",\"message\":\"Unable to resolve handle\"}");
    answer(500, "");
    HandleResolver service = new ServiceHandleResolver(client, host.url("/").uri());

    assertThat(service.resolve(HANDLE)).isEqualTo(DID);
    assertThat(host.takeRequest().getTarget())
        .isEqualTo("/xrpc/com.atproto.identity.resolveHandle?handle=alice.millrace.dev");
    assertThat(service.resolve(HANDLE)).isNull();
    assertThatThrownBy(() -> service.resolve(HANDLE)).isInstanceOf(XrpcException.class);
  }

  private void answer(int code, String body) {
    host.enqueue(new MockResponse.Builder().code(code).body(body).build());
  }
}
