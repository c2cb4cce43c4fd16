package dev.millrace.connectors.firehose;

import static dev.millrace.connectors.firehose.FirehoseFixture.SOON;
import static dev.millrace.connectors.firehose.TestRepo.LIKE;
import static dev.millrace.connectors.firehose.TestRepo.POST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.atproto.stream.AccountMessage;
import dev.millrace.atproto.stream.CommitMessage;
import dev.millrace.atproto.stream.FrameEncoder;
import dev.millrace.atproto.stream.IdentityMessage;
import dev.millrace.connectors.firehose.TestRepo.Change;
import dev.millrace.connectors.ingest.IngestPart;
import dev.millrace.connectors.ingest.IngestScope;
import dev.millrace.connectors.kafka.Cluster;
import dev.millrace.connectors.kafka.FencedException;
import dev.millrace.connectors.kafka.WriteSteps;
import dev.millrace.schema.event.AccountEvent;
import dev.millrace.schema.event.CommitEvent;
import dev.millrace.schema.event.CursorValue;
import dev.millrace.schema.event.IdentityEvent;
import dev.millrace.schema.event.RecordEvent;
import dev.millrace.schema.event.RepoEvent;
import dev.millrace.schema.event.SyncEvent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FirehoseProducerIT {
  private static final Cluster cluster = Cluster.start();

  private final FirehoseFixture it = new FirehoseFixture(cluster);
  private final TestRepo repo = repo(2);

  @AfterEach
  void stopProducers() {
    it.close();
  }

  @AfterAll
  static void stopCluster() {
    cluster.close();
  }

  /** A process that is killed: nothing catches it. */
  private static final class Killed extends Error {}

  private TestRepo repo(int number) {
    TestRepo made = new TestRepo(number);
    it.identities.signsWith(made.did(), made.publicKey());
    return made;
  }

  @Test
  void shouldCloseTheEventsOfEachCommitWithACommitEvent() {
    CommitMessage first =
        repo.commit(
            10,
            List.of(
                new Change(POST + "/one", TestRepo.record(POST, "a\u0000b")),
                new Change(LIKE + "/two", TestRepo.record(LIKE, "two"))));
    it.relay.send(first);
    it.relay.send(repo.post(11, "one", "changed"));
    it.relay.send(repo.delete(14, POST, "one"));
    it.relay.send(new IdentityMessage(15, repo.did(), "a.example", first.time()));
    it.relay.send(new AccountMessage(16, repo.did(), false, "deactivated", first.time()));
    it.relay.send(repo.sync(17));
    it.start();
    it.awaitCursor(17);

    assertThat(it.told())
        .containsExactly(
            "create 10 " + POST + "/one",
            "create 10 " + LIKE + "/two",
            "commit 10",
            "update 11 " + POST + "/one",
            "commit 11",
            "delete 14 " + POST + "/one",
            "commit 14",
            "identity 15",
            "account 16",
            "sync 17");
    List<RepoEvent> events = it.events();
    RecordEvent post = (RecordEvent) events.get(0);
    assertThat(post.did()).isEqualTo(repo.did().value());
    assertThat(post.rev()).isEqualTo(first.rev().value());
    assertThat(post.time()).isEqualTo(first.time());
    assertThat(post.record())
        .hasToString("{\"text\":\"a\\u0000b\",\"$type\":\"app.bsky.feed.post\"}");
    CommitEvent second = (CommitEvent) events.get(4);
    assertThat(second.since()).isEqualTo(first.rev().value());
    assertThat(second.prevData()).isEqualTo(((CommitEvent) events.get(2)).data());
    assertThat(((IdentityEvent) events.get(7)).handle()).isEqualTo("a.example");
    assertThat(((AccountEvent) events.get(8)).status()).isEqualTo("deactivated");
    assertThat(((SyncEvent) events.get(9)).data()).isNotEmpty();
    assertThat(it.deadLetters()).isEmpty();
    assertThat(it.requests()).as("the tracker knows what has to be fetched").isEmpty();
  }

  @Test
  void shouldCheckASignatureLaterWhenItsKeyIsNotAtHandAndAtOnceWhenItIs() {
    IngestPart producer = it.start();
    it.relay.send(repo.post(1, "one", "one"));
    await().atMost(SOON).until(() -> confirmedLater() == 1);
    it.relay.send(repo.post(2, "two", "two"));
    it.awaitCursor(2);
    assertThat(it.events())
        .filteredOn(CommitEvent.class::isInstance)
        .extracting(event -> ((CommitEvent) event).unchecked())
        .containsExactly(true, false);
    assertThat(producer.ready()).isTrue();
    assertThat(it.deadLetters()).isEmpty();
    assertThat(it.requests()).isEmpty();
  }

  private double confirmedLater() {
    return it.count("millrace.ingest.signatures", "confirmed-later");
  }

  @Test
  void shouldSetAsideEveryKindOfBadFrameAndGoOn() {
    TestRepo broken = repo(3);
    it.relay.send(repo.post(1, "one", "one"));
    it.relay.sendFrame(null, TestRepo.truncated(FrameEncoder.encode(broken.post(2, "x", "x"))));
    it.relay.sendText("hello");
    it.relay.sendFrame(
        null,
        FrameEncoder.encode(BadFrames.withBlocks(broken.post(3, "y", "y"), new byte[10 << 20])));
    it.relay.sendFrame(4L, BadFrames.ofType("#novelty", 4));
    it.relay.send(BadFrames.withFlippedByte(broken.post(5, "z", "z")));
    it.relay.send(BadFrames.withDid(broken.post(6, "v", "v"), repo(5).did()));
    it.relay.send(BadFrames.withoutOps(broken.post(7, "w", "w")));
    broken.aheadBySeconds(600);
    it.relay.send(broken.post(8, "f", "f"));
    it.relay.send(repo.post(9, "last", "last"));
    it.start();
    it.awaitCursor(9);

    assertThat(it.commits()).containsExactly(1L, 9L);
    assertThat(it.reasons())
        .containsExactlyInAnyOrder(
            "frame",
            "frame",
            "too-big",
            "unknown-type",
            "block-hash",
            "commit",
            "inversion",
            "commit");
    assertThat(it.requests())
        .extracting(request -> request.did() + " " + request.reason())
        .containsExactlyInAnyOrder(
            broken.did() + " frame",
            broken.did() + " too-big",
            broken.did() + " block-hash",
            repo(5).did() + " commit",
            broken.did() + " inversion",
            broken.did() + " commit");
    assertThat(it.count("millrace.ingest.dead_letters", "too-big")).isEqualTo(1);
  }

  @Test
  void shouldSetAnUndecodableRecordAsideAlone() {
    byte[] surrogate = TestRepo.record(POST, "xxx");
    int at = new String(surrogate, StandardCharsets.ISO_8859_1).indexOf("xxx");
    surrogate[at] = (byte) 0xed;
    surrogate[at + 1] = (byte) 0xa0;
    surrogate[at + 2] = (byte) 0x80;
    it.relay.send(
        repo.commit(
            1,
            List.of(
                new Change(POST + "/bad", surrogate),
                new Change(POST + "/good", TestRepo.record(POST, "good")))));
    it.start();
    it.awaitCursor(1);
    assertThat(it.told()).containsExactly("create 1 " + POST + "/good", "commit 1");
    assertThat(it.reasons()).containsExactly("cbor");
    assertThat(it.requests()).extracting(request -> request.reason()).containsExactly("record");
  }

  @Test
  void shouldRefreshAKeyOnceThatDoesNotConfirmAndRefuseWhatItStillDoesNot() {
    it.start();
    it.relay.send(repo.post(1, "one", "one"));
    await().atMost(SOON).until(() -> confirmedLater() == 1);

    repo.signWith(TestRepo.key(77));
    it.identities.signsWith(repo.did(), TestRepo.key(77).publicKey());
    it.relay.send(repo.post(2, "two", "the key was replaced"));
    await().atMost(SOON).until(() -> confirmedLater() == 2);
    assertThat(it.identities.refreshes()).isEqualTo(1);
    assertThat(it.deadLetters()).isEmpty();

    repo.signWith(TestRepo.key(78));
    it.relay.send(repo.post(3, "three", "forged"));
    it.relay.send(repo.post(4, "four", "forged too"));
    await().atMost(SOON).until(() -> it.reasons().equals(List.of("signature", "signature")));
    assertThat(it.identities.refreshes()).isEqualTo(1);
    assertThat(it.requests())
        .isNotEmpty()
        .allMatch(request -> request.reason().equals("signature"))
        .allMatch(request -> request.did().equals(repo.did().value()));
    it.awaitCursor(4);
  }

  @Test
  void shouldNotHoldUpOtherReposWhileAKeyIsLookedUp() {
    it.identities.hold();
    it.start(options -> options.firstCursor(0L).signatures(1_000, 3, 1), WriteSteps.NONE);
    List<TestRepo> others = LongStream.range(20, 25).mapToObj(n -> repo((int) n)).toList();
    for (int i = 0; i < others.size(); i++) {
      it.relay.send(others.get(i).post(i + 1, "one", "one"));
    }
    await().atMost(SOON).until(() -> it.commits().size() == 5);
    // Three may wait; the others are fetched instead.
    assertThat(it.requests()).extracting(request -> request.reason()).containsOnly("signature");
    assertThat(it.requests()).hasSize(2);
    assertThat(it.count("millrace.ingest.signatures", "queue-full")).isEqualTo(2);
    it.identities.open();
    await().atMost(SOON).until(() -> confirmedLater() == 3);
    it.awaitCursor(5);
  }

  @Test
  void shouldCheckAgainAfterAStopWhatNoKeyHadSettled() {
    it.relay.send(repo.post(1, "one", "one"));
    it.relay.send(repo(20).post(2, "one", "one"));
    it.start(options -> options.firstCursor(0L), WriteSteps.NONE);
    await().atMost(SOON).until(() -> confirmedLater() == 2);
    it.awaitCursor(2);

    it.identities.hold();
    it.relay.send(repo(21).post(3, "one", "one"));
    it.relay.send(repo.post(4, "two", "two"));
    await().atMost(SOON).until(() -> it.commits().size() == 4);
    assertThat(it.cursor()).isEqualTo("2");
    it.stop();

    it.identities.open();
    it.start();
    it.awaitCursor(4);
    assertThat(it.relay.cursors()).containsExactly("0", "2");
    assertThat(it.commits()).containsExactlyInAnyOrder(1L, 2L, 3L, 4L, 3L, 4L);
    assertThat(it.requests()).isEmpty();
  }

  @Test
  void shouldNotForgetTheFirstFrameAtTheTipWhenKilledBeforeItsBatch() {
    int[] batches = {0};
    IngestPart doomed =
        it.start(
            options -> options,
            step -> {
              batches[0] += step == WriteSteps.Step.BATCH_FILLED ? 1 : 0;
              if (batches[0] == 2) {
                throw new Killed();
              }
            });
    await().atMost(SOON).until(() -> it.relay.cursors().equals(List.of("none")));
    it.relay.send(repo.post(7, "one", "one"));
    assertThatThrownBy(() -> doomed.ended().toCompletableFuture().get(20, TimeUnit.SECONDS))
        .hasRootCauseInstanceOf(Killed.class);
    it.start(options -> options, WriteSteps.NONE);
    it.awaitCursor(7);
    assertThat(it.relay.cursors()).containsExactly("none", "6");
    assertThat(it.commits()).containsExactly(7L);
  }

  @Test
  void shouldDropAndCountSequenceNumbersThatDoNotRise() {
    it.relay.send(repo.post(5, "one", "one"));
    it.relay.send(repo.post(7, "two", "two"));
    it.relay.send(repo(4).post(7, "repeats", "repeats"));
    it.relay.send(repo(4).post(6, "falls", "falls"));
    it.relay.send(repo.post(8, "three", "three"));
    it.start();
    it.awaitCursor(8);
    assertThat(it.commits()).containsExactly(5L, 7L, 8L);
    assertThat(it.count("millrace.ingest.dropped", "seq-not-rising")).isEqualTo(2);
  }

  @Test
  void shouldBeginWhereItIsToldAndGoOnWhereItStopped() {
    it.relay.send(repo.post(1, "one", "one"));
    IngestPart atTip = it.start(options -> options, WriteSteps.NONE);
    await().atMost(SOON).until(() -> it.relay.cursors().equals(List.of("none")));
    it.relay.send(repo.post(2, "two", "two"));
    it.awaitCursor(2);
    it.relay.disconnect();
    it.relay.send(repo.post(3, "three", "three"));
    it.awaitCursor(3);
    assertThat(atTip.close(Duration.ofSeconds(10))).isTrue();
    it.relay.send(repo.post(4, "four", "four"));
    it.start();
    it.awaitCursor(4);
    assertThat(it.commits()).containsExactly(2L, 3L, 4L);
    assertThat(it.relay.cursors()).containsExactly("none", "2", "3");
  }

  @Test
  void shouldNoteAGapWhenTheRelayNoLongerHasWhatFollows() {
    IngestPart first = it.start();
    it.relay.send(repo.post(1, "one", "one"));
    it.awaitCursor(1);
    first.close(Duration.ofSeconds(10));
    it.relay.send(repo.post(5, "lost", "lost"));
    it.relay.send(repo.post(9, "kept", "kept"));
    it.relay.forget(5);
    it.start();
    it.awaitCursor(9);
    CursorValue gap = gap();
    assertThat(gap.from()).isEqualTo("1");
    assertThat(gap.cursor()).isEqualTo("9");
    assertThat(it.count("millrace.ingest.gaps", "outdated-cursor")).isEqualTo(1);
  }

  @Test
  void shouldBeginAnewWithAGapWhenTheRelayCountsAnew() {
    IngestPart first = it.start();
    it.relay.send(repo.post(1_000, "one", "one"));
    it.awaitCursor(1_000);
    first.close(Duration.ofSeconds(10));
    it.relay.forget(1_000);
    it.relay.send(repo.post(3, "two", "two"));
    it.start();
    it.awaitCursor(3);
    assertThat(it.relay.cursors()).containsExactly("0", "1000", "0");
    assertThat(it.commits()).containsExactly(1_000L, 3L);
    assertThat(gap().from()).isEqualTo("1000");
    assertThat(gap().cursor()).isEqualTo("0");
  }

  private CursorValue gap() {
    return cluster.cursor("gap:firehose:" + it.relay.host().name()).orElseThrow();
  }

  @Test
  void shouldKeepTwoRelaysApartThatBringTheSameRepo() {
    CommitMessage commit = repo.post(100, "one", "one");
    try (FirehoseFixture other = new FirehoseFixture(cluster)) {
      other.identities.signsWith(repo.did(), repo.publicKey());
      it.relay.send(commit);
      other.relay.send(BadFrames.withSeq(commit, 7));
      it.start();
      other.start();
      it.awaitCursor(100);
      other.awaitCursor(7);
      assertThat(it.commits()).containsExactly(100L);
      assertThat(other.commits()).containsExactly(7L);
    }
  }

  @Test
  void shouldKeepToTheReposAndCollectionsThatAreWanted() {
    TestRepo unwanted = repo(6);
    it.relay.send(unwanted.post(1, "one", "one"));
    it.relay.send(
        repo.commit(
            2,
            List.of(
                new Change(POST + "/one", TestRepo.record(POST, "one")),
                new Change(LIKE + "/one", TestRepo.record(LIKE, "one")))));
    it.relay.send(repo.post(3, "two", "two"));
    it.relay.send(unwanted.post(4, "two", "two"));
    it.start(
        options ->
            options
                .firstCursor(0L)
                .scope(new IngestScope(Set.of(repo.did().value()), Set.of(LIKE))),
        WriteSteps.NONE);
    it.awaitCursor(4);
    assertThat(it.told()).containsExactly("create 2 " + LIKE + "/one", "commit 2", "commit 3");
    assertThat(it.count("millrace.ingest.dropped", "out-of-scope")).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource(WriteSteps.Step.class)
  void shouldLoseAndDoubleNothingWhenKilledAt(WriteSteps.Step deadly) throws Exception {
    AtomicBoolean isArmed = new AtomicBoolean();
    int[] batches = {0};
    IngestPart doomed =
        it.start(
            options ->
                options
                    .firstCursor(0L)
                    .batches(options.batches().batches(10, Duration.ofMillis(50))),
            step -> {
              if (isArmed.get() && step == WriteSteps.Step.BATCH_FILLED) {
                batches[0]++;
              }
              if (batches[0] == 3 && step == deadly) {
                throw new Killed();
              }
            });
    // With the key at hand no open signature holds the cursor back: what is read again is known.
    it.relay.send(repo.post(1, "r1", "text"));
    await().atMost(SOON).until(() -> confirmedLater() == 1);
    it.awaitCursor(1);
    isArmed.set(true);
    List<Long> sent = new ArrayList<>(List.of(1L));
    for (long seq = 2; seq <= 60; seq++) {
      it.relay.send(repo.post(seq, "r" + seq, "text"));
      sent.add(seq);
    }
    assertThatThrownBy(() -> doomed.ended().toCompletableFuture().get(20, TimeUnit.SECONDS))
        .hasRootCauseInstanceOf(Killed.class);
    it.start();
    it.awaitCursor(60);
    assertThat(it.commits()).isEqualTo(sent);
  }

  @Test
  void shouldEndWithAClearErrorWhenASecondInstanceTakesOver() {
    IngestPart first = it.start();
    it.relay.send(repo.post(1, "one", "one"));
    it.awaitCursor(1);
    it.start();
    await().atMost(SOON).until(() -> it.relay.cursors().size() == 2);
    it.relay.send(repo.post(2, "two", "two"));
    assertThatThrownBy(() -> first.ended().toCompletableFuture().get(20, TimeUnit.SECONDS))
        .hasRootCauseInstanceOf(FencedException.class)
        .hasMessageContaining("firehose:" + it.relay.host());
    it.awaitCursor(2);
    assertThat(it.commits()).containsExactly(1L, 2L);
  }
}
