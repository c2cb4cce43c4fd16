package dev.millrace.topology.backfiller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.atproto.syntax.Tid;
import dev.millrace.embedded.EmbeddedKafka;
import dev.millrace.schema.event.AccountEvent;
import dev.millrace.schema.event.DeadLetter;
import dev.millrace.schema.event.RecordEvent;
import dev.millrace.schema.event.Scope;
import dev.millrace.schema.event.SnapshotEvent;
import dev.millrace.topology.backfiller.network.LocalHost;
import dev.millrace.topology.backfiller.network.TestRepo;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What strangers' hosts answer, and what becomes of it. Each test has repos of its own. */
final class BadRepoIT {
  private static final Duration LONG = Duration.ofSeconds(60);

  @TempDir static Path dir;
  private static EmbeddedKafka broker;
  private static KafkaSide kafka;
  private static LocalHost host;
  private static LocalHost otherHost;
  private static Backfiller backfiller;

  @BeforeAll
  static void start() {
    broker = EmbeddedKafka.temporary();
    kafka = new KafkaSide(broker.bootstrapServers());
    host = new LocalHost();
    otherHost = new LocalHost();
    backfiller =
        kafka.watch(
            Backfiller.start(
                TestOptions.of(broker.bootstrapServers(), dir, host.uri())
                    .http(TestOptions.IMPATIENT)
                    .build(),
                new SimpleMeterRegistry()));
  }

  @AfterAll
  static void stop() {
    assertThat(backfiller.failure()).isEmpty();
    assertThat(backfiller.close(Duration.ofSeconds(20))).isTrue();
    host.close();
    otherHost.close();
    kafka.close();
    broker.close();
  }

  @Test
  void shouldRefuseAFlippedByteAndTakeTheNextWholeAnswer() {
    TestRepo repo = host.host(TestRepo.of(1, 40));
    byte[] flipped = repo.car();
    flipped[flipped.length - 20] ^= 1;
    host.answer(repo, LocalHost.body(flipped));
    kafka.list(repo);
    kafka.awaitClosed(repo);

    kafka.assertEqual(repo);
    assertThat(host.asked(repo)).isEqualTo(2);
    assertThat(kafka.letters(repo)).isEmpty();
  }

  @Test
  void shouldRefuseACarThatIsCutAtABlockBoundary() {
    TestRepo repo = host.host(TestRepo.of(2, 40));
    host.answer(repo, LocalHost.body(repo.carWithoutLastBlock()));
    kafka.list(repo);
    kafka.awaitClosed(repo);

    kafka.assertEqual(repo);
    assertThat(host.asked(repo)).isEqualTo(2);
  }

  @Test
  void shouldSetARepoAsideThatStaysCut() {
    TestRepo repo = host.host(TestRepo.of(3, 40));
    byte[] cut = repo.carWithoutLastBlock();
    host.answer(repo, many(4, LocalHost.body(cut)));
    kafka.list(repo);

    assertThat(onlyLetter(repo).reason()).isEqualTo("incomplete");
    assertThat(kafka.closed(repo)).isEmpty();
    assertThat(host.asked(repo)).isEqualTo(4);
  }

  @Test
  void shouldRefuseTheCarOfAnotherDid() {
    TestRepo repo = host.host(TestRepo.of(4, 10));
    host.answer(repo, many(4, LocalHost.body(TestRepo.of(5, 10).car())));
    kafka.list(repo);

    assertThat(onlyLetter(repo).reason()).isEqualTo("commit");
    assertThat(kafka.closed(repo)).isEmpty();
  }

  @Test
  void shouldRefuseAWrongSignature() {
    TestRepo repo = host.host(TestRepo.of(6, 10));
    host.answer(repo, many(4, LocalHost.body(repo.car(TestRepo.key(7)))));
    kafka.list(repo);

    DeadLetter letter = onlyLetter(repo);
    assertThat(letter.reason()).isEqualTo("signature");
    assertThat(letter.host()).isEqualTo(host.uri().getAuthority());
    assertThat(kafka.closed(repo)).isEmpty();
  }

  @Test
  void shouldReadTheIdentityAnewWhenTheKeyHasChanged() {
    TestRepo old = TestRepo.of(8, 10);
    host.host(old);
    kafka.list(old);
    kafka.awaitClosed(old);
    TestRepo rotated = host.host(TestRepo.of(8, 10).rotateTo(TestRepo.key(9)));
    kafka.request(rotated);
    kafka.until(LONG, () -> kafka.closed(rotated).size() == 2);

    assertThat(host.asked(old)).as("the archive at hand is verified again").isEqualTo(2);
  }

  @Test
  void shouldSetOneUndecodableRecordAsideAndTakeTheRest() {
    Map<String, byte[]> blocks = new TreeMap<>();
    for (int i = 0; i < 20; i++) {
      blocks.put("app.bsky.feed.post/" + Tid.of(1_700_000_000_000_000L + i, 0), post(i));
    }
    String bad = "app.bsky.feed.post/" + Tid.of(1_700_000_000_000_007L, 0);
    blocks.put(bad, new byte[] {(byte) 0xbf, 0x61, 0x61, 0x01, (byte) 0xff});
    String number = "app.bsky.feed.post/" + Tid.of(1_700_000_000_000_008L, 0);
    blocks.put(number, new byte[] {0x17});
    TestRepo repo = host.host(TestRepo.of(10, blocks));
    kafka.list(repo);
    kafka.awaitClosed(repo);

    assertThat(kafka.closed(repo))
        .singleElement()
        .satisfies(closing -> assertThat(closing.count()).isEqualTo(18))
        .satisfies(closing -> assertThat(closing.scope()).isEqualTo(Scope.FULL));
    kafka.until(LONG, () -> kafka.letters(repo).size() == 2);
    assertThat(kafka.letters(repo))
        .allSatisfy(letter -> assertThat(letter.reason()).isEqualTo("cbor"))
        .anySatisfy(letter -> assertThat(letter.exception()).contains(bad))
        .anySatisfy(letter -> assertThat(letter.value()).isEqualTo(blocks.get(bad)))
        .anySatisfy(letter -> assertThat(letter.exception()).contains(number));
  }

  @Test
  void shouldPassNulThroughAndSetALoneSurrogateAside() {
    String nul = "app.bsky.feed.post/" + Tid.of(1_700_000_000_000_001L, 0);
    String surrogate = "app.bsky.feed.post/" + Tid.of(1_700_000_000_000_002L, 0);
    byte[] withSurrogate = TestRepo.post("XXX");
    int at = new String(withSurrogate, StandardCharsets.ISO_8859_1).indexOf("XXX");
    // A lone surrogate has no UTF-8; as three bytes it is not legal CBOR text.
    System.arraycopy(new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80}, 0, withSurrogate, at, 3);
    TestRepo repo =
        host.host(TestRepo.of(11, Map.of(nul, TestRepo.post("a\0b"), surrogate, withSurrogate)));
    kafka.list(repo);
    kafka.awaitClosed(repo);

    List<RecordEvent> records =
        kafka.events().stream()
            .filter(e -> e instanceof RecordEvent && e.did().equals(repo.did().value()))
            .map(RecordEvent.class::cast)
            .toList();
    assertThat(records).hasSize(1);
    assertThat(String.valueOf(records.getFirst().record())).contains("a\\u0000b");
    kafka.until(LONG, () -> kafka.letters(repo).size() == 1);
  }

  @Test
  void shouldNotWaitForAPdsThatNeverAnswers() throws InterruptedException {
    TestRepo silent = host.host(TestRepo.of(12, 10));
    TestRepo other = host.host(TestRepo.of(13, 10));
    CountDownLatch never = new CountDownLatch(1);
    try {
      host.answer(
          silent,
          many(
              4,
              exchange -> {
                try {
                  never.await(30, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              }));
      kafka.list(silent);
      kafka.list(other);
      kafka.awaitClosed(other);

      assertThat(onlyLetter(silent).reason()).isEqualTo("timeout");
    } finally {
      never.countDown();
    }
  }

  @Test
  void shouldTryAgainAfterABodyThatIsCut() {
    TestRepo repo = host.host(TestRepo.of(14, 100));
    byte[] car = repo.car();
    host.answer(
        repo,
        exchange -> {
          exchange.sendResponseHeaders(200, car.length);
          OutputStream out = exchange.getResponseBody();
          out.write(car, 0, car.length / 2);
          out.flush();
        });
    kafka.list(repo);
    kafka.awaitClosed(repo);

    kafka.assertEqual(repo);
    assertThat(host.asked(repo)).isEqualTo(2);
  }

  @Test
  void shouldHonourRetryAfter() {
    TestRepo repo = otherHost.host(TestRepo.of(15, 10));
    host.document(repo, otherHost.uri());
    otherHost.answer(repo, LocalHost.error(429, "RateLimitExceeded", "retry-after", "2"));
    kafka.list(repo);
    kafka.until(LONG, () -> otherHost.asked(repo) == 1);
    long start = System.nanoTime();
    kafka.awaitClosed(repo);

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(1_500));
    kafka.assertEqual(repo);
    assertThat(otherHost.asked(repo)).isEqualTo(2);
  }

  @Test
  void shouldSetADidWithoutDocumentAside() {
    TestRepo repo = TestRepo.of(16, 10);
    kafka.list(repo);

    assertThat(onlyLetter(repo).reason()).isEqualTo("did-not-found");
    assertThat(host.asked(repo)).isZero();
  }

  @Test
  void shouldEmitTheStatusThatThePdsTells() {
    TestRepo repo = host.host(TestRepo.of(17, 10));
    host.answer(repo, LocalHost.error(400, "RepoDeactivated"));
    kafka.list(repo);
    kafka.until(LONG, () -> kafka.accounts(repo).size() == 1);

    AccountEvent event = kafka.accounts(repo).getFirst();
    assertThat(event.status()).isEqualTo("deactivated");
    assertThat(event.active()).isFalse();
    assertThat(event.livePos()).isZero();
    assertThat(kafka.letters(repo)).isEmpty();
  }

  @Test
  void shouldFollowARepoThatMovedInsteadOfBelievingItsOldHost() {
    TestRepo moved = host.host(TestRepo.of(18, 10));
    kafka.list(moved);
    kafka.awaitClosed(moved);
    otherHost.host(moved);
    host.document(moved, otherHost.uri());
    host.answer(moved, LocalHost.error(400, "RepoDeactivated"));
    kafka.request(moved);
    kafka.until(LONG, () -> kafka.closed(moved).size() == 2);

    assertThat(kafka.accounts(moved)).isEmpty();
    assertThat(kafka.closed(moved))
        .extracting(SnapshotEvent::host)
        .containsExactly(host.uri().getAuthority(), otherHost.uri().getAuthority());
  }

  @Test
  void shouldSetAMissingRepoAside() {
    TestRepo repo = host.host(TestRepo.of(19, 10));
    host.answer(repo, LocalHost.error(400, "RepoNotFound"));
    kafka.list(repo);

    DeadLetter letter = onlyLetter(repo);
    assertThat(letter.reason()).isEqualTo("repo-not-found");
    assertThat(new String(letter.value(), StandardCharsets.UTF_8)).contains("RepoNotFound");
    assertThat(kafka.accounts(repo)).isEmpty();
  }

  @Test
  void shouldCallARepoDeletedWhereRelayAndPdsAgree() {
    TestRepo repo = host.host(TestRepo.of(20, 10));
    host.answer(repo, LocalHost.error(400, "RepoNotFound"));
    kafka.listAs(repo, "deleted");
    kafka.until(LONG, () -> kafka.accounts(repo).size() == 1);

    assertThat(kafka.accounts(repo).getFirst().status()).isEqualTo("deleted");
    assertThat(kafka.letters(repo)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"desynchronized, 21", "throttled, 41"})
  void shouldFetchWhatARelayAloneCallsInactive(String status, int seed) {
    TestRepo repo = host.host(TestRepo.of(seed, 10));
    kafka.listAs(repo, status);
    kafka.awaitClosed(repo);

    kafka.assertEqual(repo);
    assertThat(kafka.accounts(repo)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"desynchronized, 42", "throttled, 43"})
  void shouldNotTakeARelaysOwnTroubleForWordThatARepoIsGone(String status, int seed) {
    TestRepo repo = host.host(TestRepo.of(seed, 10));
    host.answer(repo, LocalHost.error(400, "RepoNotFound"));
    kafka.listAs(repo, status);

    assertThat(onlyLetter(repo).reason()).isEqualTo("repo-not-found");
    assertThat(kafka.accounts(repo)).isEmpty();
  }

  @Test
  void shouldEmitOnlyTheCollectionsAskedForAndCloseAsPartial() {
    TestRepo repo = host.host(TestRepo.of(22, 30));
    Scope posts = Scope.ofCollections(List.of("app.bsky.feed.post"));
    kafka.request(repo, posts);
    kafka.awaitClosed(repo);

    SnapshotEvent closing = kafka.closed(repo).getFirst();
    assertThat(closing.scope()).isEqualTo(posts);
    assertThat(closing.count()).isEqualTo(10);
    assertThat(kafka.events())
        .filteredOn(e -> e.did().equals(repo.did().value()) && e instanceof RecordEvent)
        .hasSize(10)
        .allSatisfy(
            e -> assertThat(((RecordEvent) e).collection()).isEqualTo("app.bsky.feed.post"));
  }

  @Test
  void shouldRefuseARevInTheFuture() {
    TestRepo repo = TestRepo.of(23, 10);
    repo.rev(Tid.of((System.currentTimeMillis() + 600_000) * 1_000, 0));
    host.host(repo);
    kafka.list(repo);

    assertThat(onlyLetter(repo).reason()).isEqualTo("commit");
  }

  @Test
  void shouldSetARepoAsideWhoseHostIsAway() {
    TestRepo repo = TestRepo.of(24, 10);
    LocalHost gone = new LocalHost();
    URI uri = gone.uri();
    gone.close();
    host.document(repo, uri);
    kafka.list(repo);

    assertThat(onlyLetter(repo).reason()).isEqualTo("connect");
  }

  private static DeadLetter onlyLetter(TestRepo repo) {
    kafka.until(LONG, () -> !kafka.letters(repo).isEmpty());
    assertThat(kafka.letters(repo)).hasSize(1);
    return kafka.letters(repo).getFirst();
  }

  private static LocalHost.Answer[] many(int count, LocalHost.Answer answer) {
    LocalHost.Answer[] answers = new LocalHost.Answer[count];
    Arrays.fill(answers, answer);
    return answers;
  }

  private static byte[] post(int i) {
    return TestRepo.post("number " + i);
  }
}
