package dev.millrace.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.cbor.DagCbor;
import dev.millrace.atproto.identity.DidDocument;
import dev.millrace.atproto.identity.DidNotFoundException;
import dev.millrace.atproto.repo.CommitClaim;
import dev.millrace.atproto.repo.CommitLimits;
import dev.millrace.atproto.repo.CommitProof;
import dev.millrace.atproto.stream.CommitMessage;
import dev.millrace.atproto.stream.StreamEnd;
import dev.millrace.atproto.stream.StreamMessage;
import dev.millrace.atproto.stream.UnknownMessage;
import dev.millrace.atproto.xrpc.XrpcException;
import dev.millrace.simulator.fault.Fault;
import dev.millrace.simulator.fault.FaultKind;
import dev.millrace.simulator.fault.FaultSpec;
import dev.millrace.simulator.record.BrokenRecords;
import dev.millrace.simulator.world.Account;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every fault strikes as often as told, and is counted. */
class FaultsIT {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String GET_REPO = "com.atproto.sync.getRepo";
  private static Simulator simulator;
  @TempDir Path spool;
  private URI relay = URI.create("");
  private String did = "";

  @BeforeAll
  static void start() {
    simulator = Simulator.start(SimulatorOptions.of(31, 10).withBacklog(60));
  }

  @AfterAll
  static void stop() {
    simulator.close();
  }

  @BeforeEach
  void newAccount() {
    relay = simulator.relays().getFirst();
    did = simulator.world().direct().createAccount();
    for (int i = 0; i < 10; i++) {
      post("p" + i);
    }
  }

  @AfterEach
  void clear() {
    simulator.faults().clear();
  }

  private void post(String key) {
    simulator
        .world()
        .direct()
        .put(did, "app.bsky.feed.post", key, DagCbor.encode(Map.of("text", key)));
  }

  /** What comes over a new connection with the events of one post more. */
  private Consumer events() {
    Consumer consumer = Consumer.repos(relay, simulator.lastSeq(relay));
    post("one-more");
    await().atMost(PATIENCE).until(() -> consumer.cursor() == simulator.lastSeq(relay));
    return consumer;
  }

  private Fault inject(FaultKind kind) {
    return simulator.faults().inject(FaultSpec.of(kind).onHost(relay).forDid(did));
  }

  @Test
  void shouldSendHalfAFrameBeforeTheWhole() {
    Fault fault = inject(FaultKind.TRUNCATED_FRAME);
    try (Consumer consumer = events()) {
      assertThat(consumer.problems).containsExactly("frame");
      assertThat(consumer.messages).hasSize(1);
    }
    assertThat(fault.fired()).isEqualTo(1);
  }

  @Test
  void shouldSendAHugeFrame() {
    Fault fault = inject(FaultKind.HUGE_FRAME);
    try (Consumer consumer = events()) {
      assertThat(consumer.problems).containsExactly("too-big");
      assertThat(consumer.messages).hasSize(1);
    }
    assertThat(fault.fired()).isEqualTo(1);
  }

  @Test
  void shouldSendText() {
    Fault fault = inject(FaultKind.TEXT_FRAME);
    try (Consumer consumer = events()) {
      assertThat(consumer.problems).containsExactly("frame");
    }
    assertThat(fault.fired()).isEqualTo(1);
  }

  @Test
  void shouldSendAnUnknownEventBetweenTheNumbersOfTheOthers() {
    Fault fault = inject(FaultKind.UNKNOWN_EVENT);
    try (Consumer consumer = events()) {
      assertThat(consumer.messages).hasSize(2);
      assertThat(consumer.messages.getFirst()).isInstanceOf(UnknownMessage.class);
      assertThat(consumer.messages).extracting(StreamMessage::cursor).isSorted();
    }
    assertThat(fault.fired()).isEqualTo(1);
  }

  private static String problem(StreamMessage message, DidDocument document) {
    CommitMessage commit = (CommitMessage) message;
    try {
      CommitProof proof =
          CommitProof.verify(
              new CommitClaim(
                  commit.repo(), commit.rev(), commit.commit(), commit.prevData(), commit.ops()),
              commit.blocks(),
              CommitLimits.DEFAULT,
              Instant.now());
      return proof.commit().verify(Objects.requireNonNull(document.signingKey()))
          ? "none"
          : "signature";
    } catch (BadDataException e) {
      return e.reason();
    }
  }

  @Test
  void shouldFlipAByteOfACommit() throws Exception {
    Fault fault = inject(FaultKind.FLIPPED_BYTE_IN_COMMIT);
    DidDocument document = Repos.document(simulator, did);
    try (Consumer consumer = events()) {
      assertThat(problem(consumer.messages.getFirst(), document)).isEqualTo("block-hash");
    }
    try (Consumer consumer = events()) {
      assertThat(problem(consumer.messages.getFirst(), document)).isEqualTo("none");
    }
    assertThat(fault.fired()).isEqualTo(1);
  }

  @Test
  void shouldForgeASignatureOfACommit() throws Exception {
    Fault fault = inject(FaultKind.WRONG_SIGNATURE_IN_COMMIT);
    DidDocument document = Repos.document(simulator, did);
    try (Consumer consumer = events()) {
      assertThat(problem(consumer.messages.getFirst(), document)).isEqualTo("signature");
    }
    assertThat(fault.fired()).isEqualTo(1);
  }

  @Test
  void shouldRepeatANumberAndGoBack() {
    Fault repeated = inject(FaultKind.REPEATED_SEQ);
    Fault earlier = inject(FaultKind.EARLIER_SEQ);
    try (Consumer consumer = events()) {
      await().atMost(PATIENCE).until(() -> consumer.messages.size() == 3);
      List<Long> cursors = consumer.messages.stream().map(StreamMessage::cursor).toList();
      assertThat(cursors.get(0)).isLessThan(cursors.get(1));
      assertThat(cursors.get(2)).isEqualTo(cursors.get(1));
    }
    assertThat(repeated.fired()).isEqualTo(1);
    assertThat(earlier.fired()).isEqualTo(1);
  }

  @Test
  void shouldDisconnectAfterSoManyFramesOfOneConnection() throws Exception {
    long start = simulator.lastSeq(relay);
    simulator.world().step(20);
    Fault fault =
        simulator.faults().inject(FaultSpec.of(FaultKind.DISCONNECT).onHost(relay).afterFrames(7));
    try (Consumer consumer = Consumer.repos(relay, start)) {
      StreamEnd end = consumer.connection().awaitEnd();
      assertThat(end.reason()).isIn(StreamEnd.Reason.FAILED, StreamEnd.Reason.CLOSED);
      assertThat(consumer.messages).hasSize(7);
    }
    try (Consumer consumer = Consumer.repos(relay, start)) {
      await().atMost(PATIENCE).until(() -> consumer.cursor() == simulator.lastSeq(relay));
    }
    assertThat(fault.fired()).isEqualTo(1);
  }

  @Test
  void shouldStrikeOneConnectionOnly() {
    try (Consumer first = events()) {
      assertThat(first.problems).isEmpty();
    }
    Fault never =
        simulator
            .faults()
            .inject(FaultSpec.of(FaultKind.TEXT_FRAME).onHost(relay).onConnection(1_000_000));
    try (Consumer other = events()) {
      assertThat(other.problems).isEmpty();
    }
    assertThat(never.fired()).isZero();
  }

  @Test
  void shouldFallSilentButPing() throws Exception {
    Fault fault = inject(FaultKind.SILENCE);
    try (Consumer consumer = Consumer.repos(relay, simulator.lastSeq(relay))) {
      post("unheard");
      StreamEnd end = consumer.connection().awaitEnd();
      assertThat(end.reason()).isEqualTo(StreamEnd.Reason.SILENT);
      assertThat(consumer.messages).isEmpty();
    }
    assertThat(fault.fired()).isEqualTo(1);
  }

  @Test
  void shouldCallAConsumerTooSlow() throws Exception {
    Fault fault = inject(FaultKind.CONSUMER_TOO_SLOW);
    try (Consumer consumer = Consumer.repos(relay, simulator.lastSeq(relay))) {
      post("slow");
      assertThat(consumer.errorAtEnd()).isEqualTo("ConsumerTooSlow");
    }
    assertThat(fault.fired()).isEqualTo(1);
  }

  private String fetchProblem() {
    Throwable thrown = catchThrowable(() -> Repos.fetch(simulator, did, spool));
    return thrown instanceof BadDataException bad ? bad.reason() : String.valueOf(thrown);
  }

  @Test
  void shouldSpoilWholeRepos() {
    Map<FaultKind, String> reasons =
        Map.of(
            FaultKind.FLIPPED_BYTE_IN_CAR, "block-hash",
            FaultKind.CUT_CAR, "incomplete",
            FaultKind.OTHER_REPO, "commit",
            FaultKind.WRONG_SIGNATURE_IN_CAR, "signature");
    reasons.forEach(
        (kind, reason) -> {
          Fault fault = simulator.faults().inject(FaultSpec.of(kind).forDid(did).times(2));
          assertThat(fetchProblem()).isEqualTo(reason);
          assertThat(fetchProblem()).isEqualTo(reason);
          assertThat(fetchProblem()).isEqualTo("null");
          assertThat(fault.fired()).isEqualTo(2);
        });
  }

  @Test
  void shouldAnswerAStatusSoManyTimes() throws Exception {
    URI pds = Objects.requireNonNull(Repos.document(simulator, did).pds());
    Fault limited =
        simulator
            .faults()
            .inject(
                FaultSpec.of(FaultKind.HTTP_STATUS)
                    .onHost(pds)
                    .forMethod(GET_REPO)
                    .status(429)
                    .retryAfter(Duration.ofSeconds(3)));
    XrpcException tooMany =
        catchThrowableOfType(XrpcException.class, () -> Repos.fetch(simulator, did, spool));
    assertThat(tooMany.status()).isEqualTo(429);
    assertThat(tooMany.retryAfter()).isEqualTo(Duration.ofSeconds(3));
    assertThat(fetchProblem()).isEqualTo("null");
    assertThat(limited.fired()).isEqualTo(1);

    Fault broken =
        simulator
            .faults()
            .inject(
                FaultSpec.of(FaultKind.HTTP_STATUS)
                    .forMethod("com.atproto.sync.listRepos")
                    .status(500)
                    .times(2));
    for (int i = 0; i < 2; i++) {
      XrpcException error =
          catchThrowableOfType(
              XrpcException.class,
              () -> Repos.CLIENT.get(relay, "com.atproto.sync.listRepos", Map.of()));
      assertThat(error.status()).isEqualTo(500);
      assertThat(error.retryAfter()).isNull();
    }
    assertThat(Repos.CLIENT.get(relay, "com.atproto.sync.listRepos", Map.of()).has("repos"))
        .isTrue();
    assertThat(broken.fired()).isEqualTo(2);
  }

  @Test
  void shouldNeverAnswer() throws Exception {
    URI pds = Objects.requireNonNull(Repos.document(simulator, did).pds());
    Fault fault = simulator.faults().inject(FaultSpec.of(FaultKind.HANG).onHost(pds).forDid(did));
    XrpcException timeout =
        catchThrowableOfType(XrpcException.class, () -> Repos.fetch(simulator, did, spool));
    assertThat(timeout.passing()).isTrue();
    assertThat(fault.fired()).isEqualTo(1);
    assertThat(fetchProblem()).isEqualTo("null");
  }

  @ParameterizedTest
  @EnumSource(names = {"CUT_BODY", "ENDLESS_BODY", "ZIP_BOMB"})
  void shouldGiveABodyThatIsNoRepo(FaultKind kind) throws Exception {
    URI pds = Objects.requireNonNull(Repos.document(simulator, did).pds());
    Fault fault = simulator.faults().inject(FaultSpec.of(kind).onHost(pds).forDid(did));
    assertThat(catchThrowable(() -> Repos.fetch(simulator, did, spool)))
        .isInstanceOfAny(IOException.class, BadDataException.class);
    assertThat(fault.fired()).isEqualTo(1);
    assertThat(fetchProblem()).isEqualTo("null");
  }

  @Test
  void shouldSendTheClientElsewhere() throws Exception {
    URI pds = Objects.requireNonNull(Repos.document(simulator, did).pds());
    simulator
        .faults()
        .inject(
            FaultSpec.of(FaultKind.REDIRECT)
                .onHost(pds)
                .forMethod(GET_REPO)
                .text(relay + "/xrpc/com.atproto.sync.nothing"));
    XrpcException elsewhere =
        catchThrowableOfType(XrpcException.class, () -> Repos.fetch(simulator, did, spool));
    assertThat(elsewhere.status()).isEqualTo(404);
    assertThat(fetchProblem()).isEqualTo("null");
  }

  @Test
  void shouldTakeAHostOffAndCountWhatItWasAskedFor() throws Exception {
    try (Simulator small = Simulator.start(SimulatorOptions.of(32, 12).withFirstPdsShare(1))) {
      URI pds = small.pdses().getFirst();
      String whose = small.world().accounts().getFirst().did().value();
      for (int i = 0; i < 3; i++) {
        assertThat(Repos.fetch(small, whose, spool)).isNotEmpty();
      }
      assertThat(small.mostFetches(pds, Duration.ofMinutes(1))).isEqualTo(3);
      assertThat(small.mostFetches(pds, Duration.ofNanos(1))).isEqualTo(1);

      small.kill(pds);
      assertThat(catchThrowable(() -> Repos.fetch(small, whose, spool)))
          .isInstanceOf(XrpcException.class);
    }
  }

  @Test
  void shouldKnowNoDocument() {
    Fault fault = simulator.faults().inject(FaultSpec.of(FaultKind.NO_DOCUMENT).forDid(did));
    assertThat(catchThrowable(() -> Repos.document(simulator, did)))
        .isInstanceOf(XrpcException.class)
        .isNotInstanceOf(DidNotFoundException.class)
        .extracting(e -> ((XrpcException) e).status())
        .isEqualTo(404);
    assertThat(fault.fired()).isEqualTo(1);
  }

  @Test
  void shouldListAnotherStatus() throws Exception {
    simulator
        .faults()
        .inject(FaultSpec.of(FaultKind.LISTED_STATUS).forDid(did).text("throttled").always());
    JsonNode page = Repos.CLIENT.get(relay, "com.atproto.sync.listRepos", Map.of("limit", "1000"));
    for (JsonNode repo : page.get("repos")) {
      boolean struck = repo.get("did").asText().equals(did);
      assertThat(repo.path("status").asText().equals("throttled")).isEqualTo(struck);
    }
  }

  @Test
  void shouldFailEveryPageThatHoldsAnAccount() throws Exception {
    int index = Objects.requireNonNull(simulator.world().account(did, Account::index));
    Fault bad =
        simulator
            .faults()
            .inject(FaultSpec.of(FaultKind.BAD_PAGE).forDid(did).onHost(relay).times(3));
    for (Map<String, String> spanning :
        List.of(
            Map.of("limit", "1000"),
            Map.of("limit", "1", "cursor", String.valueOf(index)),
            Map.of("limit", "2", "cursor", String.valueOf(index - 1)))) {
      assertThat(
              catchThrowableOfType(
                      XrpcException.class,
                      () -> Repos.CLIENT.get(relay, "com.atproto.sync.listRepos", spanning))
                  .status())
          .isEqualTo(500);
      Map<String, String> past = Map.of("cursor", String.valueOf(index + 1));
      assertThat(Repos.CLIENT.get(relay, "com.atproto.sync.listRepos", past).has("repos")).isTrue();
    }
    assertThat(bad.fired()).isEqualTo(3);
    Map<String, String> healed = Map.of("limit", "1000");
    assertThat(Repos.CLIENT.get(relay, "com.atproto.sync.listRepos", healed).has("repos")).isTrue();
  }

  @ParameterizedTest
  @EnumSource(BrokenRecords.class)
  void shouldPlantABrokenRecordInAWholeRepo(BrokenRecords broken) throws Exception {
    Consumer consumer = Consumer.repos(relay, simulator.lastSeq(relay));
    Fault fault = simulator.plant(broken, did, "planted");
    try (consumer) {
      await().atMost(PATIENCE).until(() -> consumer.cursor() == simulator.lastSeq(relay));
      CommitMessage commit = (CommitMessage) consumer.messages.getLast();
      assertThat(problem(commit, Repos.document(simulator, did))).isEqualTo("none");
    }
    Map<String, String> fetched = Repos.fetch(simulator, did, spool);
    assertThat(fetched).containsKey("app.bsky.feed.post/planted");
    assertThat(fetched).isEqualTo(Repos.truth(simulator, did));
    assertThat(fault.fired()).isEqualTo(2);
    byte[] block =
        simulator
            .world()
            .account(
                did,
                account -> account.records("app.bsky.feed.post").get("app.bsky.feed.post/planted"));
    Throwable thrown = catchThrowable(() -> DagCbor.decode(Objects.requireNonNull(block)));
    assertThat(thrown == null).isEqualTo(broken.decodable());
  }
}
