package dev.millrace.topology.backfiller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.schema.event.AccountEvent;
import dev.millrace.schema.event.EventCodec;
import dev.millrace.schema.event.PlcIdentity;
import dev.millrace.schema.event.RepoListing;
import dev.millrace.schema.event.RepoRequest;
import dev.millrace.schema.event.Scope;
import dev.millrace.schema.topic.Topic;
import dev.millrace.topology.backfiller.admission.InHand;
import dev.millrace.topology.backfiller.fetch.Backoff;
import dev.millrace.topology.backfiller.fetch.FetchEnd;
import dev.millrace.topology.backfiller.fetch.FetchFailure;
import dev.millrace.topology.backfiller.fetch.FetchOrder;
import dev.millrace.topology.backfiller.fetch.HostGuard;
import dev.millrace.topology.backfiller.fetch.HostPolicy;
import dev.millrace.topology.backfiller.fetch.Permits;
import dev.millrace.topology.backfiller.pending.Lane;
import dev.millrace.topology.backfiller.pending.PendingRepo;
import dev.millrace.topology.backfiller.pending.PendingStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The processor's rules, with fetches by script and the driver's clock. */
final class BackfillTopologyTest {
  private static final String A = "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa";
  private static final String B = "did:plc:bbbbbbbbbbbbbbbbbbbbbbbb";
  private static final String HOST = "pds.example";
  private static final Duration FIRST_BACKOFF = Duration.ofSeconds(10);
  private static final int MAX_ATTEMPTS = 3;
  private static final int MAX_PARKED_BY_HOST = 5;

  @TempDir Path dir;
  private final ScriptedFetcher fetcher = new ScriptedFetcher();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final HostGuard hosts = new HostGuard(HostPolicy.DEFAULT, () -> 1, Clock.systemUTC());
  private final InHand inHand = new InHand(3, 100, 100);
  private final AtomicBoolean mayFetch = new AtomicBoolean(true);
  private boolean isClosed;
  private TopologyTestDriver driver;
  private TestInputTopic<byte[], byte[]> listings;
  private TestInputTopic<byte[], byte[]> requests;
  private TestOutputTopic<String, byte[]> events;
  private TestOutputTopic<String, String> deadLetters;

  @BeforeEach
  void start() {
    Workshop workshop =
        new Workshop(
            fetcher,
            new Permits(2, 1, 2),
            hosts,
            new Backoff(FIRST_BACKOFF, Duration.ofMinutes(10), MAX_ATTEMPTS, 2),
            inHand,
            MAX_PARKED_BY_HOST,
            mayFetch::get,
            new BackfillerMetrics(registry, inHand, hosts));
    Properties settings = new Properties();
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
    settings.put(StreamsConfig.STATE_DIR_CONFIG, dir.toString());
    driver =
        new TopologyTestDriver(
            BackfillTopology.build(
                Topic.REPO_BACKFILL.topicName(),
                Topic.FIREHOSE_BACKFILL.topicName(),
                workshop.metrics(),
                () -> new BackfillProcessor(workshop)),
            settings);
    listings = input(Topic.REPO_BACKFILL);
    requests = input(Topic.REPO_REQUESTS);
    events =
        driver.createOutputTopic(
            Topic.FIREHOSE_BACKFILL.topicName(),
            new StringDeserializer(),
            new ByteArrayDeserializer());
    deadLetters =
        driver.createOutputTopic(
            Topic.DEAD_LETTERS.topicName(), new StringDeserializer(), new StringDeserializer());
  }

  @AfterEach
  void stop() {
    if (!isClosed) {
      driver.close();
    }
  }

  @Test
  void shouldEmitARepoAndForgetIt() {
    list(A);
    pumpUntil(() -> pending(A) == null);

    assertThat(eventTexts()).containsExactly(A + "#record", A + "#repo");
    assertThat(counter("fetched", "lane", "listing")).isEqualTo(1);
  }

  @Test
  void shouldGiveAFetchWhatIsMirroredOfItsDid() {
    PlcIdentity identity =
        new PlcIdentity(
            A, "a.test", "https://pds.example", "did:key:z", false, "2026-01-01T00:00:00Z");
    TestInputTopic<byte[], byte[]> mirror = input(Topic.PLC_IDENTITIES);
    mirror.pipeInput(Topic.key(A), EventCodec.encode(identity));
    list(A);
    pumpUntil(() -> pending(A) == null);
    list(B);
    pumpUntil(() -> pending(B) == null);
    mirror.pipeInput(Topic.key(A), (byte[]) null);
    list(A);
    pumpUntil(() -> pending(A) == null);

    assertThat(fetcher.launched)
        .extracting(FetchOrder::mirrored)
        .containsExactly(identity, null, null);
  }

  @Test
  void shouldNotTakeTheMirrorsWordWhereTheAccountsStatusIsTheQuestion() {
    PlcIdentity identity =
        new PlcIdentity(
            A, "a.test", "https://pds.example", "did:key:z", false, "2026-01-01T00:00:00Z");
    input(Topic.PLC_IDENTITIES).pipeInput(Topic.key(A), EventCodec.encode(identity));
    request(A, "deletion");
    pumpUntil(() -> pending(A) == null);

    assertThat(fetcher.launched).extracting(FetchOrder::mirrored).containsOnlyNulls();
  }

  @Test
  void shouldWriteThePendingEntryBeforeAnythingIsFetched() {
    mayFetch.set(false);
    list(A);
    pump();

    assertThat(pending(A)).isNotNull();
    assertThat(fetcher.launched).isEmpty();

    mayFetch.set(true);
    pumpUntil(() -> pending(A) == null);
  }

  @Test
  void shouldMergeWhatIsPendingAlreadyAndLetTheStrongerReasonWin() {
    mayFetch.set(false);
    list(A);
    request(A, "gap");
    list(A);
    request(A, "user");
    request(A, "gap");

    PendingRepo entry = pending(A);
    assertThat(entry).isNotNull();
    assertThat(entry.wish().reason()).isEqualTo("user");
    assertThat(entry.lane()).isEqualTo(Lane.REQUEST);

    mayFetch.set(true);
    pumpUntil(() -> pending(A) == null);
    assertThat(fetcher.attempts(A)).isEqualTo(1);
  }

  @Test
  void shouldFetchOnceMoreWhenARequestArrivesDuringTheFetch() {
    CountDownLatch latch = new CountDownLatch(1);
    fetcher.script(A, ScriptedFetcher.after(latch, ScriptedFetcher::emit), ScriptedFetcher::emit);
    list(A);
    pumpUntil(() -> fetcher.attempts(A) == 1);
    request(A, "signature");
    latch.countDown();
    pumpUntil(() -> pending(A) == null);

    assertThat(fetcher.attempts(A)).isEqualTo(2);
    assertThat(fetcher.launched)
        .extracting(FetchOrder::lane)
        .containsExactly(Lane.LISTING, Lane.REQUEST);
  }

  @Test
  void shouldSayOfARepoThatItIsBeingFetchedUntilThatIsOver() {
    CountDownLatch latch = new CountDownLatch(1);
    fetcher.script(A, ScriptedFetcher.after(latch, (order, handover) -> failed("http-502", null)));
    list(A);
    assertThat(isFetching(A)).isFalse();
    pumpUntil(() -> isFetching(A));
    list(A);
    assertThat(isFetching(A)).isTrue();

    latch.countDown();
    pumpUntil(() -> attempt(A) == 1);
    assertThat(isFetching(A)).isFalse();
  }

  private boolean isFetching(String did) {
    PendingRepo entry = pending(did);
    return entry != null && entry.isFetching();
  }

  @Test
  void shouldFetchWhatHasPriorityBeforeRequestsThatCameEarlier() {
    CountDownLatch latch = new CountDownLatch(1);
    fetcher.script(did(0), ScriptedFetcher.after(latch, ScriptedFetcher::emit));
    request(did(0), "gap");
    request(did(1), "gap");
    request(did(2), "gap");
    prioritize(did(2));
    prioritize(did(3));
    pumpUntil(() -> pending(did(2)) == null && pending(did(3)) == null);
    assertThat(fetcher.attempts(did(1))).isZero();

    latch.countDown();
    pumpUntil(() -> pending(did(0)) == null && pending(did(1)) == null);
    assertThat(counter("fetched", "lane", "urgent")).isEqualTo(2);
    assertThat(counter("fetched", "lane", "request")).isEqualTo(2);
  }

  @Test
  void shouldNotFetchTwiceWhenAListingArrivesDuringTheFetch() {
    CountDownLatch latch = new CountDownLatch(1);
    fetcher.script(A, ScriptedFetcher.after(latch, ScriptedFetcher::emit));
    list(A);
    pumpUntil(() -> fetcher.attempts(A) == 1);
    list(A);
    latch.countDown();
    pumpUntil(() -> pending(A) == null);

    assertThat(fetcher.attempts(A)).isEqualTo(1);
  }

  @Test
  void shouldParkAFailedRepoAndTryAgainAfterTheBackoff() {
    fetcher.script(A, ScriptedFetcher.ending(failed("http-502", null)), ScriptedFetcher::emit);
    list(A);
    pumpUntil(() -> attempt(A) == 1);
    driver.advanceWallClockTime(FIRST_BACKOFF.minusSeconds(1));
    pump();
    assertThat(fetcher.attempts(A)).isEqualTo(1);
    assertThat(registry.get("millrace.backfiller.parked").gauge().value()).isEqualTo(1);

    driver.advanceWallClockTime(FIRST_BACKOFF);
    pumpUntil(() -> pending(A) == null);
    assertThat(fetcher.attempts(A)).isEqualTo(2);
    assertThat(counter("failed", "reason", "http-502")).isEqualTo(1);
  }

  @Test
  void shouldHonourRetryAfter() {
    fetcher.script(
        A,
        ScriptedFetcher.ending(failed("http-429", Duration.ofMinutes(5))),
        ScriptedFetcher::emit);
    list(A);
    pumpUntil(() -> attempt(A) == 1);
    driver.advanceWallClockTime(Duration.ofMinutes(5).minusSeconds(1));
    pump();
    assertThat(fetcher.attempts(A)).isEqualTo(1);

    driver.advanceWallClockTime(Duration.ofMinutes(3));
    pumpUntil(() -> pending(A) == null);
  }

  @Test
  void shouldSetARepoAsideWhenItsAttemptsAreUsedUp() {
    fetcher.script(
        A,
        ScriptedFetcher.ending(
            new FetchEnd.Failed(
                new FetchFailure("http-500", HOST, 500, null, "HTTP 500", "Internal", false))));
    list(A);
    for (int i = 1; i < MAX_ATTEMPTS; i++) {
      int failures = i;
      pumpUntil(() -> attempt(A) == failures);
      driver.advanceWallClockTime(Duration.ofMinutes(20));
    }
    pumpUntil(() -> pending(A) == null);

    TestRecord<String, String> letter = deadLetters.readRecord();
    assertThat(letter.key()).isEqualTo(A);
    assertThat(letter.value()).isEqualTo("Internal");
    assertThat(header(letter, "reason")).isEqualTo("http-500");
    assertThat(header(letter, "host")).isEqualTo(HOST);
    assertThat(header(letter, "exception")).contains("3 failed attempts", "HTTP status 500");
    assertThat(deadLetters.isEmpty()).isTrue();
    assertThat(events.isEmpty()).isTrue();
  }

  @Test
  void shouldGiveUpSoonWhereAskingAgainHardlyHelps() {
    fetcher.script(
        A,
        ScriptedFetcher.ending(
            new FetchEnd.Failed(
                new FetchFailure("did-not-found", null, 0, null, "not found", "", true))));
    list(A);
    pumpUntil(() -> attempt(A) == 1);
    driver.advanceWallClockTime(Duration.ofMinutes(20));
    pumpUntil(() -> pending(A) == null);

    assertThat(header(deadLetters.readRecord(), "reason")).isEqualTo("did-not-found");
    assertThat(fetcher.attempts(A)).isEqualTo(2);
  }

  @Test
  void shouldEmitTheStatusOfAnAccountThatThePdsDoesNotGiveOut() {
    AccountEvent event =
        new AccountEvent(-1, "2026-01-01T00:00:00Z", A, HOST, false, "deactivated", 7L);
    fetcher.script(A, ScriptedFetcher.ending(new FetchEnd.Inactive(event)));
    list(A);
    pumpUntil(() -> pending(A) == null);

    assertThat(EventCodec.decode(events.readValue())).isEqualTo(event);
    assertThat(fetcher.attempts(A)).isEqualTo(1);
    assertThat(deadLetters.isEmpty()).isTrue();
  }

  @Test
  void shouldSetAMissingRepoAsideWithoutAStatusAndWithoutRetry() {
    fetcher.script(
        A,
        ScriptedFetcher.ending(
            new FetchEnd.Missing(
                new FetchFailure("repo-not-found", HOST, 400, null, "RepoNotFound", "{}", true))));
    list(A);
    pumpUntil(() -> pending(A) == null);

    assertThat(header(deadLetters.readRecord(), "reason")).isEqualTo("repo-not-found");
    assertThat(events.isEmpty()).isTrue();
    assertThat(fetcher.attempts(A)).isEqualTo(1);
  }

  @Test
  void shouldTryAFewMoreTimesWhenTheSnapshotIsOlderThanWhatWasListed() {
    listings.pipeInput(
        Topic.key(A), EventCodec.encode(new RepoListing(A, "relay", "3l2zzzzzzzz22", null, true)));
    pumpUntil(() -> attempt(A) == 1);
    assertThat(eventTexts()).containsExactly(A + "#record", A + "#repo");
    driver.advanceWallClockTime(Duration.ofMinutes(20));
    pumpUntil(() -> pending(A) == null);

    assertThat(fetcher.attempts(A)).isEqualTo(2);
    assertThat(header(deadLetters.readRecord(), "reason")).isEqualTo("behind");
  }

  @Test
  void shouldLetARequestOvertakeASaturatedListing() {
    CountDownLatch latch = new CountDownLatch(1);
    for (String did : List.of(did(1), did(2), did(3), did(4))) {
      fetcher.script(did, ScriptedFetcher.after(latch, ScriptedFetcher::emit));
      list(did);
    }
    pumpUntil(() -> fetcher.launched.size() == 2);
    request(B, "user");
    pumpUntil(() -> eventTexts().contains(B + "#repo"));

    assertThat(fetcher.launched).hasSize(3);
    latch.countDown();
    pumpUntil(() -> pending(did(4)) == null && pending(did(3)) == null);
  }

  @Test
  void shouldPutAFinishedRequestBeforeAHalfEmittedLargeRepo() {
    CountDownLatch stop = new CountDownLatch(1);
    byte[] big = new byte[1 << 20];
    fetcher.script(
        A,
        (order, handover) -> {
          while (stop.getCount() > 0) {
            handover.event(big);
          }
          return ScriptedFetcher.emit(order, handover);
        });
    list(A);
    pumpUntil(() -> !events.isEmpty());
    request(B, "user");
    pumpUntil(() -> pending(B) == null);

    assertThat(pending(A)).isNotNull();
    stop.countDown();
    pumpUntil(() -> pending(A) == null);
  }

  @Test
  void shouldForwardNoMoreThanTheBudgetInAPunctuation() {
    byte[] half = new byte[1 << 19];
    fetcher.script(
        A,
        (order, handover) -> {
          for (int i = 0; i < 100; i++) {
            handover.event(half);
          }
          return ScriptedFetcher.emit(order, handover);
        });
    list(A);
    int most = 0;
    int all = 0;
    while (pending(A) != null) {
      pump();
      int now = events.readValuesToList().size();
      most = Math.max(most, now);
      all += now;
    }
    assertThat(all).isEqualTo(102);
    assertThat((long) most * half.length)
        .isLessThanOrEqualTo(BackfillProcessor.MAX_BYTES + half.length);
  }

  @Test
  void shouldHoldTheListingWhileEnoughIsInHandAndNotCountWhatIsParked() {
    CountDownLatch latch = new CountDownLatch(1);
    fetcher.script(did(1), ScriptedFetcher.ending(failed("http-502", null)));
    list(did(1));
    pumpUntil(() -> attempt(did(1)) == 1);
    for (int i = 2; i <= 4; i++) {
      assertThat(inHand.holdsListing(0)).isFalse();
      fetcher.script(did(i), ScriptedFetcher.after(latch, ScriptedFetcher::emit));
      list(did(i));
    }
    pump();
    assertThat(inHand.holdsListing(0)).isTrue();
    assertThat(inHand.holdsRequests(0)).isFalse();

    latch.countDown();
    pumpUntil(() -> pending(did(4)) == null);
    assertThat(inHand.holdsListing(0)).isFalse();
  }

  @Test
  void shouldSetAsideWhatADeadHostHasTooMuchOfAndGoOnWithOthers() {
    for (int i = 0; i <= MAX_PARKED_BY_HOST; i++) {
      fetcher.script(
          did(i),
          ScriptedFetcher.ending(
              new FetchEnd.HostPaused(HOST, System.currentTimeMillis() + 600_000, true)));
      list(did(i));
      int last = i;
      pumpUntil(() -> attempt(did(last)) != 0);
    }

    TestRecord<String, String> letter = deadLetters.readRecord();
    assertThat(letter.key()).isEqualTo(did(MAX_PARKED_BY_HOST));
    assertThat(header(letter, "reason")).isEqualTo("host-parked-full");
    assertThat(deadLetters.isEmpty()).isTrue();
    assertThat(counter("set_aside", "reason", "host-parked-full")).isEqualTo(1);
    list(B);
    pumpUntil(() -> pending(B) == null);
  }

  @Test
  void shouldBoundRequestsInBackoffInAll() {
    int bound = inHand.maxParked();
    for (int i = 0; i <= bound; i++) {
      String did = "did:plc:" + "d".repeat(21) + (i + 100);
      FetchFailure failure =
          new FetchFailure("http-502", "host-" + i, 502, null, "bad gateway", "", false);
      fetcher.script(did, ScriptedFetcher.ending(new FetchEnd.Failed(failure)));
      request(did, "gap");
      pumpUntil(() -> attempt(did) != 0);
    }

    assertThat(header(deadLetters.readRecord(), "reason")).isEqualTo("parked-full");
    assertThat(deadLetters.isEmpty()).isTrue();
    assertThat(registry.get("millrace.backfiller.parked").gauge().value()).isEqualTo(bound);
  }

  @Test
  void shouldWaitForRoomAtABusyHostWithoutCountingAnAttempt() {
    fetcher.script(A, ScriptedFetcher.ending(new FetchEnd.HostBusy(HOST)), ScriptedFetcher::emit);
    List<HostGuard.Slot> slots = new ArrayList<>();
    try (HostGuard.Slot probe = (HostGuard.Slot) hosts.enter(HOST, Lane.LISTING, true)) {
      probe.answered();
    }
    for (int i = 0; i < HostPolicy.DEFAULT.concurrency(); i++) {
      slots.add((HostGuard.Slot) hosts.enter(HOST, Lane.LISTING, false));
    }
    list(A);
    pumpUntil(() -> isAt(HOST));
    pump();
    assertThat(fetcher.attempts(A)).isEqualTo(1);
    assertThat(attempt(A)).isZero();

    slots.forEach(HostGuard.Slot::close);
    pumpUntil(() -> pending(A) == null);
  }

  @Test
  void shouldGoOnAfterARepoWasSetAsideForItsDeadHost() {
    fetcher.script(A, ScriptedFetcher.ending(new FetchEnd.HostBusy(HOST)));
    list(A);
    pumpUntil(() -> isAt(HOST));
    for (int i = 0; i < HostPolicy.DEFAULT.failuresToOpen(); i++) {
      try (HostGuard.Slot probe = (HostGuard.Slot) hosts.enter(HOST, Lane.LISTING, true)) {
        probe.failed();
      }
    }
    for (int i = 0; i < MAX_ATTEMPTS; i++) {
      pump();
      driver.advanceWallClockTime(Duration.ofMinutes(20));
    }
    pumpUntil(() -> pending(A) == null);
    assertThat(header(deadLetters.readRecord(), "reason")).isEqualTo("host-dead");

    list(did(1));
    pumpUntil(() -> pending(did(1)) == null);
  }

  @Test
  void shouldTryAHostThatHasNotAnsweredBesideTheOthers() {
    CountDownLatch latch = new CountDownLatch(1);
    List<String> hanging = List.of(did(1), did(2), did(3));
    for (String did : hanging) {
      fetcher.script(
          did,
          ScriptedFetcher.ending(new FetchEnd.HostBusy("pds" + hanging.indexOf(did))),
          ScriptedFetcher.after(latch, ScriptedFetcher::emit));
      list(did);
    }
    pumpUntil(() -> hanging.stream().filter(did -> fetcher.attempts(did) == 2).count() == 2);
    assertThat(fetcher.launched).filteredOn(FetchOrder::isProbe).hasSize(2);

    list(A);
    pumpUntil(() -> pending(A) == null);
    assertThat(registry.get("millrace.backfiller.pending").tag("lane", "listing").gauge().value())
        .as("what waits for a host's turn holds no place in hand")
        .isEqualTo(2);
    latch.countDown();
    pumpUntil(() -> hanging.stream().allMatch(did -> pending(did) == null));
  }

  @Test
  void shouldParkWithoutCountingAnAttemptWhenTheHostAskedForAPause() {
    long until = System.currentTimeMillis() + 60_000;
    fetcher.script(
        A,
        ScriptedFetcher.ending(new FetchEnd.HostPaused(HOST, until, false)),
        ScriptedFetcher::emit);
    list(A);
    pumpUntil(() -> isParkedUntil(until));
    assertThat(attempt(A)).isZero();

    driver.advanceWallClockTime(Duration.ofSeconds(70));
    pumpUntil(() -> pending(A) == null);
  }

  @Test
  void shouldCountAnAttemptForADeadHostAskAnewWhereTheRepoLivesAndPickUpAHostThatIsBack() {
    fetcher.script(
        A,
        ScriptedFetcher.ending(
            new FetchEnd.HostPaused(HOST, System.currentTimeMillis() + 60_000, true)),
        ScriptedFetcher::emit);
    list(A);
    pumpUntil(() -> attempt(A) == 1);

    assertThat(pending(A)).extracting(PendingRepo::host).isNull();
    assertThat(counter("failed", "reason", "host-dead")).isEqualTo(1);
    pump();
    assertThat(fetcher.attempts(A)).as("left alone").isEqualTo(1);

    driver.advanceWallClockTime(Duration.ofMinutes(2));
    pumpUntil(() -> pending(A) == null);
    assertThat(eventTexts()).containsExactly(A + "#record", A + "#repo");
    assertThat(deadLetters.isEmpty()).isTrue();
  }

  @Test
  void shouldCancelFetchesWhenTheTaskCloses() {
    fetcher.script(A, ScriptedFetcher.after(new CountDownLatch(1), ScriptedFetcher::emit));
    list(A);
    pumpUntil(() -> fetcher.attempts(A) == 1);
    driver.close();
    isClosed = true;

    await().atMost(Duration.ofSeconds(10)).until(() -> fetcher.cancelled.get() == 1);
    assertThat(inHand.holdsListing(0)).isTrue();
  }

  @Test
  void shouldStopLoudlyWhenAFetchBreaks() {
    fetcher.script(
        A,
        (order, handover) -> {
          throw new AssertionError("no memory, say");
        });
    list(A);
    assertThatThrownBy(() -> pumpUntil(() -> false)).hasStackTraceContaining("no memory, say");
  }

  @Test
  void shouldSetTheOneRepoAsideThatAnUnforeseenExceptionMeets() {
    fetcher.script(
        A,
        (order, handover) -> {
          throw new IllegalStateException("a bug");
        });
    list(A);
    list(B);
    pumpUntil(() -> attempt(A) == 1 && pending(B) == null);
    driver.advanceWallClockTime(Duration.ofMinutes(20));
    pumpUntil(() -> pending(A) == null);

    TestRecord<String, String> letter = deadLetters.readRecord();
    assertThat(header(letter, "reason")).isEqualTo("internal");
    assertThat(header(letter, "exception")).contains("a bug");
    assertThat(fetcher.attempts(A)).isEqualTo(2);
  }

  @Test
  void shouldLeaveARepoAloneForNoLongerThanAnHourWhateverTheHostAsks() {
    fetcher.script(
        A, ScriptedFetcher.ending(failed("http-429", Duration.ofHours(24))), ScriptedFetcher::emit);
    list(A);
    pumpUntil(() -> attempt(A) == 1);
    driver.advanceWallClockTime(Duration.ofMinutes(91));
    pumpUntil(() -> pending(A) == null);
  }

  @Test
  void shouldSetBadInputAsideAndGoOn() {
    listings.pipeInput(Topic.key(A), "{".getBytes(StandardCharsets.UTF_8));
    listings.pipeInput(
        Topic.key(B), EventCodec.encode(new RepoListing(A, "relay", null, null, true)));
    listings.pipeInput(
        Topic.key("x"), EventCodec.encode(new RepoListing("x", "relay", null, null, true)));
    requests.pipeInput(new TestRecord<>(Topic.key(A), null));
    list(A);
    pumpUntil(() -> pending(A) == null && fetcher.attempts(A) == 1);

    List<TestRecord<String, String>> letters = deadLetters.readRecordsToList();
    assertThat(letters)
        .extracting(letter -> header(letter, "reason"))
        .containsExactly("event", "key", "syntax", "event");
    assertThat(header(letters.get(1), "source.topic")).isEqualTo("repo_backfill");
    assertThat(header(letters.get(1), "source.offset")).isEqualTo("1");
  }

  private TestInputTopic<byte[], byte[]> input(Topic topic) {
    return driver.createInputTopic(
        topic.topicName(), new ByteArraySerializer(), new ByteArraySerializer());
  }

  private void list(String did) {
    listings.pipeInput(
        Topic.key(did), EventCodec.encode(new RepoListing(did, "relay", null, null, true)));
  }

  private void request(String did, String reason) {
    request(did, reason, false);
  }

  private void prioritize(String did) {
    request(did, "operator", true);
  }

  private void request(String did, String reason, boolean priority) {
    requests.pipeInput(
        Topic.key(did),
        EventCodec.encode(
            new RepoRequest(
                did, reason, Scope.FULL, null, null, "2026-01-01T00:00:00Z", priority)));
  }

  private static FetchEnd failed(String reason, @Nullable Duration retryAfter) {
    return new FetchEnd.Failed(new FetchFailure(reason, HOST, 502, retryAfter, reason, "", false));
  }

  private static String did(int i) {
    return "did:plc:" + "c".repeat(23) + i;
  }

  private void pump() {
    driver.advanceWallClockTime(BackfillProcessor.INTERVAL);
  }

  private void pumpUntil(BooleanSupplier condition) {
    await()
        .pollInterval(Duration.ofMillis(2))
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> {
              pump();
              return condition.getAsBoolean();
            });
  }

  private @Nullable PendingRepo pending(String did) {
    KeyValueStore<String, PendingRepo> store = driver.getKeyValueStore(PendingStore.NAME);
    return store.get(did);
  }

  private boolean isAt(String host) {
    PendingRepo entry = pending(A);
    return entry != null && host.equals(entry.host());
  }

  private boolean isParkedUntil(long until) {
    PendingRepo entry = pending(A);
    return entry != null && entry.notBefore() == until;
  }

  private int attempt(String did) {
    PendingRepo entry = pending(did);
    return entry == null ? -1 : entry.attempt();
  }

  private final List<String> seen = new ArrayList<>();

  private List<String> eventTexts() {
    events.readValuesToList().forEach(v -> seen.add(new String(v, StandardCharsets.UTF_8)));
    return seen;
  }

  private double counter(String name, String tag, String value) {
    return registry.get("millrace.backfiller." + name).tag(tag, value).counter().count();
  }

  private static String header(TestRecord<?, ?> record, String name) {
    return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }
}
