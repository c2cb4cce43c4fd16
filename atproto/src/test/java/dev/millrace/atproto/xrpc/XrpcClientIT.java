package dev.millrace.atproto.xrpc;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.atproto.BadDataException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import okio.Buffer;
import okio.GzipSink;
import okio.Okio;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class XrpcClientIT {
  private static final HttpLimits LIMITS =
      new HttpLimits(
          Duration.ofSeconds(2),
          Duration.ofMillis(400),
          Duration.ofMillis(1200),
          Duration.ofMillis(1200),
          100_000,
          3);
  private static final String NSID = "com.atproto.sync.getRepo";

  private final MockWebServer server = new MockWebServer();
  private final XrpcClient client = new XrpcClient(LIMITS, AddressGuard.of(true));
  private URI service = URI.create("http://unset.invalid");

  @BeforeEach
  void start() throws IOException {
    server.start(InetAddress.getLoopbackAddress(), 0);
    service = server.url("/").uri();
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  @Test
  void shouldAskAsXrpcDoes() throws Exception {
    server.enqueue(new MockResponse.Builder().body("{\"did\":\"did:plc:x\"}").build());

    assertThat(get(Map.of("did", "did:web:a%3A1", "cursor", "a&b c")).get("did").textValue())
        .isEqualTo("did:plc:x");

    RecordedRequest request = server.takeRequest();
    assertThat(request.getUrl().encodedPath()).isEqualTo("/xrpc/" + NSID);
    assertThat(request.getUrl().queryParameter("did")).isEqualTo("did:web:a%3A1");
    assertThat(request.getUrl().queryParameter("cursor")).isEqualTo("a&b c");
    assertThat(request.getHeaders().get("User-Agent")).matches("millrace/[0-9].* \\(AT Protocol.*");
    assertThat(request.getHeaders().get("Accept")).isEqualTo("application/json");
  }

  @Test
  void shouldGiveTheBodyAndHeadersOfADownload() throws Exception {
    byte[] bytes = new byte[300_000];
    server.enqueue(
        new MockResponse.Builder()
            .addHeader("RateLimit-Remaining", "12")
            .addHeader("Content-Type", "application/vnd.ipld.car")
            .body(new Buffer().write(bytes))
            .build());
    try (Download download = download(300_000)) {
      assertThat(download.status()).isEqualTo(200);
      assertThat(download.header("content-type")).isEqualTo("application/vnd.ipld.car");
      assertThat(download.rateLimit().remaining()).isEqualTo(12);
      assertThat(download.body().readAllBytes()).isEqualTo(bytes);
    }
  }

  @Test
  void shouldCallASilentHeadATimeout() {
    server.enqueue(
        new MockResponse.Builder().headersDelay(10, TimeUnit.SECONDS).body("{}").build());
    assertPassing("timeout", () -> get(Map.of()));
  }

  @Test
  void shouldCallASilentBodyATimeout() throws Exception {
    server.enqueue(new MockResponse.Builder().bodyDelay(10, TimeUnit.SECONDS).body("late").build());
    try (Download download = download(100)) {
      assertPassing("timeout", () -> download.body().readAllBytes());
    }
  }

  @Test
  void shouldEndABodyThatTricklesForEver() throws Exception {
    server.enqueue(
        new MockResponse.Builder()
            .body("x".repeat(1000))
            .throttleBody(1, 50, TimeUnit.MILLISECONDS)
            .build());
    long start = System.nanoTime();
    try (Download download = download(10_000)) {
      assertPassing("timeout", () -> download.body().readAllBytes());
    }
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(5));
  }

  @Test
  void shouldRefuseADeclaredLengthOverTheLimitAtOnce() {
    server.enqueue(new MockResponse.Builder().body("x".repeat(1001)).build());
    assertTooBig(() -> download(1000));
  }

  @Test
  void shouldEndAnEndlessBodyAtTheLimit() throws Exception {
    server.enqueue(
        new MockResponse.Builder()
            .chunkedBody(new Buffer().write(new byte[5_000_000]), 8192)
            .build());
    try (Download download = download(1_000_000)) {
      InputStream body = download.body();
      assertThat(body.readNBytes(900_000)).hasSize(900_000);
      assertTooBig(body::readAllBytes);
    }
  }

  @Test
  void shouldCountAGzipBombDecompressed() throws Exception {
    Buffer bomb = gzip(50_000_000);
    assertThat(bomb.size()).isLessThan(100_000);
    server.enqueue(gzipped(bomb.copy()));
    try (Download download = download(1_000_000)) {
      assertTooBig(() -> download.body().readAllBytes());
    }
    server.enqueue(gzipped(bomb.copy()));
    assertTooBig(() -> get(Map.of()));
    server.enqueue(gzipped(bomb).newBuilder().code(502).build());
    assertPassing("http-502", () -> get(Map.of()));
  }

  @Test
  void shouldCallABodyShorterThanDeclaredCut() throws Exception {
    server.enqueue(
        new MockResponse.Builder()
            .body("x".repeat(50_000))
            .onResponseBody(new SocketEffect.CloseSocket())
            .build());
    try (Download download = download(100_000)) {
      assertPassing("cut-body", () -> download.body().readAllBytes());
    }
  }

  @Test
  void shouldCallAChunkedBodyWithoutItsEndCut() throws Exception {
    server.enqueue(
        new MockResponse.Builder()
            .chunkedBody("x".repeat(50_000), 1000)
            .onResponseBody(new SocketEffect.CloseSocket())
            .build());
    try (Download download = download(100_000)) {
      assertPassing("cut-body", () -> download.body().readAllBytes());
    }
  }

  @Test
  void shouldCallACutGzipBodyCut() throws Exception {
    Buffer whole = gzip(100_000);
    Buffer cut = new Buffer();
    cut.write(whole, whole.size() - 20);
    server.enqueue(gzipped(cut));
    try (Download download = download(1_000_000)) {
      assertPassing("cut-body", () -> download.body().readAllBytes());
    }
  }

  @Test
  void shouldFollowRedirectsUpToTheBound() throws Exception {
    redirect("/a");
    redirect("/b");
    redirect("/c");
    server.enqueue(new MockResponse.Builder().body("car").build());
    try (Download download = download(100)) {
      assertThat(download.url().getPath()).isEqualTo("/c");
      assertThat(download.body().readAllBytes()).hasSize(3);
    }
  }

  @Test
  void shouldLeaveARedirectLoop() {
    server.setDispatcher(
        new Dispatcher() {
          @Override
          public MockResponse dispatch(RecordedRequest request) {
            return new MockResponse.Builder()
                .code(302)
                .setHeader("Location", request.getUrl().toString())
                .build();
          }
        });
    assertPassing("redirects", () -> get(Map.of()));
    assertThat(server.getRequestCount()).isEqualTo(4);
  }

  @Test
  void shouldTakeARedirectToNowhereAsFinal() {
    server.enqueue(new MockResponse.Builder().code(302).build());
    assertFinal("http-302", () -> get(Map.of()));
    redirect("ftp://example.com/");
    assertFinal("http-302", () -> get(Map.of()));
  }

  @Test
  void shouldRefusePrivateHostsAndPlainHttpUnlessAllowed() {
    try (XrpcClient strict = new XrpcClient(LIMITS, AddressGuard.of(false))) {
      for (String url :
          List.of(
              service.toString(),
              "https://127.0.0.1:" + server.getPort(),
              "https://localhost:" + server.getPort(),
              "https://127.1:" + server.getPort(),
              "https://2130706433:" + server.getPort(),
              "https://0x7f000001:" + server.getPort(),
              "https://[::1]:" + server.getPort(),
              "https://[::ffff:127.0.0.1]:" + server.getPort(),
              "https://0.0.0.0:" + server.getPort(),
              "https://169.254.169.254/latest",
              "https://user:password@example.com/")) {
        assertThat(catchThrowable(() -> strict.get(URI.create(url), NSID, Map.of())))
            .as(url)
            .isInstanceOfSatisfying(
                XrpcException.class,
                e -> {
                  assertThat(e.reason()).isIn("forbidden-address", "dns");
                  assertThat(e.passing()).isEqualTo(e.reason().equals("dns"));
                });
      }
    }
    assertThat(server.getRequestCount()).isZero();
  }

  @Test
  void shouldRefuseANameThatLeadsToAPrivateAddress() {
    AddressGuard guard =
        new AddressGuard(
            true,
            PublicAddresses::contains,
            host -> List.of(InetAddress.ofLiteral("10.1.2.3"), InetAddress.ofLiteral("::1")));
    try (XrpcClient strict = new XrpcClient(LIMITS, guard)) {
      assertFinal(
          "forbidden-address",
          () -> strict.get(URI.create("https://evil.example/"), NSID, Map.of()));
    }
  }

  @Test
  void shouldRefuseAtTheSocketWhatTheLookupLetThrough() {
    // An allowed answer first, then, at the moment of connecting, another mind: a second answer.
    List<InetAddress> asked = new ArrayList<>();
    AddressGuard guard =
        new AddressGuard(
            true,
            address -> {
              asked.add(address);
              return asked.size() == 1;
            },
            host -> List.of(InetAddress.getLoopbackAddress()));
    try (XrpcClient strict = new XrpcClient(LIMITS, guard)) {
      URI named = URI.create("http://rebinding.example:" + server.getPort());
      assertFinal("forbidden-address", () -> strict.get(named, NSID, Map.of()));
    }
    assertThat(asked).hasSize(2);
    assertThat(server.getRequestCount()).isZero();
  }

  @Test
  void shouldRefuseARedirectToAPrivateAddress() throws Exception {
    InetAddress open = InetAddress.ofLiteral("127.0.0.1");
    AddressGuard guard = new AddressGuard(true, open::equals, host -> List.of(open));
    try (XrpcClient strict = new XrpcClient(LIMITS, guard);
        MockWebServer inner = new MockWebServer()) {
      inner.start(InetAddress.ofLiteral("127.0.0.2"), 0);
      for (String target :
          List.of(
              "http://127.0.0.2:" + inner.getPort() + "/",
              "//127.0.0.2:" + inner.getPort() + "/",
              "http://169.254.169.254/latest/meta-data")) {
        redirect(target);
        assertFinal("forbidden-address", () -> strict.get(service, NSID, Map.of()));
      }
      assertThat(inner.getRequestCount()).isZero();
    }
    assertThat(server.getRequestCount()).isEqualTo(3);
  }

  @Test
  void shouldReadARetryAfterInSecondsAndAsADate() {
    server.enqueue(
        new MockResponse.Builder()
            .code(429)
            .addHeader("Retry-After", "17")
            .body("{\"error\":\"RateLimitExceeded\",\"message\":\"Rate Limit Exceeded\"}")
            .build());
    XrpcException seconds = assertPassing("http-429", () -> get(Map.of()));
    assertThat(seconds.retryAfter()).isEqualTo(Duration.ofSeconds(17));
    assertThat(seconds.error()).isEqualTo("RateLimitExceeded");
    assertThat(seconds).hasMessage("HTTP 429 RateLimitExceeded: Rate Limit Exceeded");

    ZonedDateTime then = ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(90);
    server.enqueue(
        new MockResponse.Builder()
            .code(429)
            .addHeader("Retry-After", DateTimeFormatter.RFC_1123_DATE_TIME.format(then))
            .build());
    assertThat(assertPassing("http-429", () -> get(Map.of())).retryAfter())
        .isBetween(Duration.ofSeconds(80), Duration.ofSeconds(91));

    server.enqueue(
        new MockResponse.Builder()
            .code(429)
            .addHeader("RateLimit-Remaining", "0")
            .addHeader("RateLimit-Reset", String.valueOf(then.toEpochSecond()))
            .build());
    assertThat(assertPassing("http-429", () -> get(Map.of())).retryAfter())
        .isBetween(Duration.ofSeconds(80), Duration.ofSeconds(91));
  }

  @Test
  void shouldKeepTheBeginningOfAnErrorThatIsNoJson() {
    String page = "<html>\u0000\n" + "y".repeat(505) + "\uD83D\uDE00".repeat(10);
    server.enqueue(new MockResponse.Builder().code(503).body(page).build());
    XrpcException e = assertPassing("http-503", () -> get(Map.of()));
    assertThat(e.error()).isNull();
    assertThat(e.bodyStart()).startsWith("<html> yyy").hasSizeBetween(500, 512);
    assertThat(e.bodyStart().chars().noneMatch(c -> c < ' ')).isTrue();

    for (String body :
        List.of("", "[]", "{\"error\":5,\"message\":{}}", "null", "[".repeat(9000))) {
      server.enqueue(new MockResponse.Builder().code(500).body(body).build());
      assertThat(assertPassing("http-500", () -> get(Map.of())).error()).as(body).isNull();
    }
  }

  @Test
  void shouldSayThatARepoIsGone() {
    server.enqueue(
        new MockResponse.Builder()
            .code(400)
            .body("{\"error\":\"RepoTakendown\",\"message\":\"Repo has been takendown\"}")
            .build());
    XrpcException e = assertFinal("repo-takendown", () -> download(100));
    assertThat(e.repoAbsence()).isEqualTo(RepoAbsence.TAKENDOWN);
  }

  @Test
  void shouldCallASuccessThatIsNoJsonBadData() {
    for (String body : List.of("", "<html>", "{\"a\":1", "{} {}", "[".repeat(50_000))) {
      server.enqueue(new MockResponse.Builder().body(body).build());
      assertThatThrownBy(() -> get(Map.of()))
          .as(body)
          .isInstanceOfSatisfying(
              BadDataException.class, e -> assertThat(e.reason()).isEqualTo("json"));
    }
  }

  @Test
  void shouldTellAHostThatIsAway() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    URI away = URI.create("http://127.0.0.1:" + port);
    assertPassing("connect", () -> client.get(away, NSID, Map.of()));
    URI nameless = URI.create("http://nowhere.invalid");
    assertPassing("dns", () -> client.get(nameless, NSID, Map.of()));
    try (ServerSocket plain = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread answering = Thread.ofVirtual().start(() -> answerInPlainText(plain));
      URI notSecure = URI.create("https://127.0.0.1:" + plain.getLocalPort());
      assertPassing("tls", () -> client.get(notSecure, NSID, Map.of()));
      answering.join();
    }
  }

  private static void answerInPlainText(ServerSocket server) {
    try (Socket caller = server.accept()) {
      caller.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(US_ASCII));
      caller.getInputStream().readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void shouldEndADownloadThatIsCancelled() throws Exception {
    server.enqueue(new MockResponse.Builder().bodyDelay(10, TimeUnit.SECONDS).body("late").build());
    try (Download download = download(100);
        ExecutorService other = Executors.newSingleThreadExecutor()) {
      Future<?> cancelled = other.submit(download::cancel);
      assertPassing("cancelled", () -> download.body().readAllBytes());
      cancelled.get();
    }
  }

  @Test
  void shouldNotQueueManyCallsToOneHost() throws Exception {
    int calls = 100;
    CountDownLatch allHere = new CountDownLatch(calls);
    server.setDispatcher(
        new Dispatcher() {
          @Override
          public MockResponse dispatch(RecordedRequest request) throws InterruptedException {
            allHere.countDown();
            allHere.await(5, TimeUnit.SECONDS);
            return new MockResponse.Builder().body("{}").build();
          }
        });
    HttpLimits patient =
        new HttpLimits(
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            1000,
            0);
    try (XrpcClient many = new XrpcClient(patient, AddressGuard.of(true));
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> answers = new ArrayList<>();
      for (int i = 0; i < calls; i++) {
        answers.add(threads.submit(() -> many.get(service, NSID, Map.of())));
      }
      for (Future<?> answer : answers) {
        answer.get(20, TimeUnit.SECONDS);
      }
    }
    assertThat(allHere.getCount()).isZero();
  }

  private com.fasterxml.jackson.databind.JsonNode get(Map<String, String> params)
      throws XrpcException {
    return client.get(service, NSID, params);
  }

  private Download download(long maxBytes) throws XrpcException {
    return client.download(service, NSID, Map.of(), maxBytes);
  }

  private void redirect(String location) {
    server.enqueue(new MockResponse.Builder().code(302).setHeader("Location", location).build());
  }

  private static MockResponse gzipped(Buffer body) {
    return new MockResponse.Builder().addHeader("Content-Encoding", "gzip").body(body).build();
  }

  private static Buffer gzip(int zeros) throws IOException {
    Buffer out = new Buffer();
    try (var sink = Okio.buffer(new GzipSink(out))) {
      sink.write(new byte[zeros]);
    }
    return out;
  }

  private static XrpcException assertPassing(String reason, ThrowingCallable call) {
    XrpcException e = catchThrowableOfType(XrpcException.class, call);
    assertThat(e).isNotNull();
    assertThat(e.reason()).as(e.toString()).isEqualTo(reason);
    assertThat(e.passing()).isTrue();
    return e;
  }

  private static XrpcException assertFinal(String reason, ThrowingCallable call) {
    XrpcException e = catchThrowableOfType(XrpcException.class, call);
    assertThat(e).isNotNull();
    assertThat(e.reason()).as(e.toString()).isEqualTo(reason);
    assertThat(e.passing()).isFalse();
    return e;
  }

  private static void assertTooBig(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            BadDataException.class, e -> assertThat(e.reason()).isEqualTo("too-big"));
  }
}
