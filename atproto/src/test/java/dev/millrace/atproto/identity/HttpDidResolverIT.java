package dev.millrace.atproto.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.syntax.Did;
import dev.millrace.atproto.xrpc.AddressGuard;
import dev.millrace.atproto.xrpc.HttpLimits;
import dev.millrace.atproto.xrpc.XrpcClient;
import dev.millrace.atproto.xrpc.XrpcException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpDidResolverIT {
  private static final Did DID = Did.parse("did:plc:abcdefghijklmnopqrstuvwx");
  private static final HttpLimits LIMITS =
      new HttpLimits(
          Duration.ofSeconds(2),
          Duration.ofMillis(300),
          Duration.ofSeconds(1),
          Duration.ofSeconds(1),
          10_000,
          2);

  private final MockWebServer server = new MockWebServer();
  private final XrpcClient local = new XrpcClient(LIMITS, AddressGuard.of(true));
  private final XrpcClient strict = new XrpcClient(LIMITS, AddressGuard.of(false));

  @BeforeEach
  void start() throws IOException {
    server.start(InetAddress.getLoopbackAddress(), 0);
  }

  @AfterEach
  void stop() {
    local.close();
    strict.close();
    server.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/", "/mirror", "/mirror/"})
  void shouldAskTheDirectory(String base) throws Exception {
    server.enqueue(document(DID));
    assertThat(resolver(base).resolve(DID).did()).isEqualTo(DID);
    RecordedRequest request = server.takeRequest();
    assertThat(request.getUrl().encodedPath())
        .isEqualTo((base.startsWith("/m") ? "/mirror/" : "/") + DID);
    assertThat(request.getHeaders().get("Cache-Control")).isNull();
  }

  @Test
  void shouldAskPastTheCachesOnTheWayWhenItRefreshes() throws Exception {
    server.enqueue(document(DID));
    resolver("").refresh(DID);
    assertThat(server.takeRequest().getHeaders().get("Cache-Control")).isEqualTo("no-cache");
  }

  @Test
  void shouldAskTheHostOfALocalWebDid() throws Exception {
    Did web = Did.parse("did:web:localhost%3A" + server.getPort());
    server.enqueue(document(web));
    assertThat(resolver("").resolve(web).did()).isEqualTo(web);
    assertThat(server.takeRequest().getUrl().encodedPath()).isEqualTo("/.well-known/did.json");
  }

  @Test
  void shouldTellGoneFromAway() {
    server.enqueue(new MockResponse.Builder().code(404).build());
    assertThat(catchThrowableOfType(DidNotFoundException.class, this::resolve).reason())
        .isEqualTo("did-not-found");
    server.enqueue(new MockResponse.Builder().code(410).build());
    assertThat(catchThrowableOfType(DidNotFoundException.class, this::resolve).tombstoned())
        .isTrue();
    server.enqueue(new MockResponse.Builder().code(503).build());
    assertThat(catchThrowableOfType(XrpcException.class, this::resolve).passing()).isTrue();
    server.enqueue(new MockResponse.Builder().headersDelay(5, TimeUnit.SECONDS).body("{}").build());
    assertThat(catchThrowableOfType(XrpcException.class, this::resolve).reason())
        .isEqualTo("timeout");
  }

  @Test
  void shouldRefuseAnswersThatAreNoDocumentOfThisDid() {
    server.enqueue(document(Did.parse("did:plc:zzzzzzzzzzzzzzzzzzzzzzzz")));
    assertBad("did-document", this::resolve);
    server.enqueue(new MockResponse.Builder().body("<html>").build());
    assertBad("json", this::resolve);
    server.enqueue(new MockResponse.Builder().body(" ".repeat(10_001)).build());
    assertBad("too-big", this::resolve);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "did:key:zQ3shXjHeiBuRCKmM36cuYnm7YEMzhGnCmCyW92sRJ9pribSF",
        "did:web:localhost%3A1",
        "did:web:localhost",
        "did:web:example.com%3A8080",
        "did:web:example.com:path",
        "did:web:example",
        "did:web:127.0.0.1",
        "did:web:2130706433",
        "did:web:user%40example.com",
        "did:web:example.com%2Fpath",
        "did:web:..example.com"
      })
  void shouldAskNobodyForDidsThatThePublicNetworkDoesNotHave(String did) {
    DidResolver resolver = new HttpDidResolver(local, server.url("/").uri(), strict);
    assertBad("did-method", () -> resolver.resolve(Did.parse(did)));
    assertThat(server.getRequestCount()).isZero();
  }

  @Test
  void shouldKeepStrangersOffTheOperatorsNetworkThoughTheDirectoryIsInIt() throws Exception {
    DidResolver resolver = new HttpDidResolver(local, server.url("/").uri(), strict);
    server.enqueue(document(DID));
    assertThat(resolver.resolve(DID).did()).isEqualTo(DID);
    // A name that every resolver answers with loopback, without asking anybody.
    XrpcException e =
        catchThrowableOfType(
            XrpcException.class, () -> resolver.resolve(Did.parse("did:web:a.localhost")));
    assertThat(e.reason()).isIn("forbidden-address", "dns");
    assertThat(server.getRequestCount()).isEqualTo(1);
  }

  private DidDocument resolve() throws Exception {
    return resolver("").resolve(DID);
  }

  private HttpDidResolver resolver(String base) {
    return new HttpDidResolver(local, URI.create("http://127.0.0.1:" + server.getPort() + base));
  }

  private static MockResponse document(Did did) {
    return new MockResponse.Builder().body("{\"id\":\"" + did + "\"}").build();
  }

  private static void assertBad(String reason, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            BadDataException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }
}
