package dev.millrace.connectors.firehose;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.millrace.atproto.stream.AccountMessage;
import dev.millrace.atproto.stream.CommitMessage;
import dev.millrace.atproto.stream.FrameEncoder;
import dev.millrace.atproto.stream.IdentityMessage;
import dev.millrace.atproto.stream.StreamMessage;
import dev.millrace.atproto.stream.SyncMessage;
import dev.millrace.atproto.syntax.Tid;
import dev.millrace.connectors.ingest.IngestScope;
import dev.millrace.connectors.ingest.Received;
import java.time.Clock;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FrameCheckerTest {
  private static final String TIME = "2026-01-02T03:04:05.000Z";

  /** Six times as long in JSON, which is more than an event may be. */
  private static final String HUGE = "\u0001".repeat(2_000_000);

  private final TestRepo repo = new TestRepo(2);
  private final FrameChecker checker =
      new FrameChecker(
          "relay.example",
          IngestScope.EVERYTHING,
          new SigningKeys(10, Ticker.systemTicker()),
          Clock.systemUTC(),
          Origin.live());

  private CheckedFrame check(StreamMessage message) {
    return checker.check(new Received.Message(message, FrameEncoder.encode(message)));
  }

  private static void assertRefused(CheckedFrame frame, String reason) {
    assertThat(frame.events).isEmpty();
    assertThat(frame.deadLetters).extracting(letter -> letter.reason()).containsExactly(reason);
  }

  @Test
  void shouldRefuseAHandleThatWouldNotFitIntoAnEvent() {
    assertRefused(check(new IdentityMessage(1, repo.did(), HUGE, TIME)), "too-big");
  }

  @Test
  void shouldRefuseAStatusThatWouldNotFitIntoAnEvent() {
    assertRefused(check(new AccountMessage(1, repo.did(), false, HUGE, TIME)), "too-big");
  }

  @Test
  void shouldRefuseACommitWhoseSinceWouldNotFitIntoAnEvent() {
    CommitMessage good = repo.post(1, "one", "one");
    CommitMessage huge =
        new CommitMessage(
            1,
            good.repo(),
            good.rev(),
            HUGE,
            good.commit(),
            good.prevData(),
            false,
            good.blocks(),
            good.ops(),
            good.time());
    CheckedFrame frame = check(huge);
    assertRefused(frame, "too-big");
    assertThat(frame.fetchReason).isEqualTo("too-big");
  }

  @Test
  void shouldFetchTheRepoOfAnyMessageThatIsRefused() {
    CheckedFrame frame = check(new AccountMessage(1, repo.did(), false, null, "no time"));
    assertRefused(frame, "time");
    assertThat(frame.fetchReason).isEqualTo("time");
  }

  @Test
  void shouldLeaveToTheTrackerWhatASyncOrAnAccountAsksFor() {
    SyncMessage sync = repo.sync(1);
    CheckedFrame synced = check(sync);
    assertThat(synced.events).hasSize(1);
    assertThat(synced.fetchReason).isNull();
    CheckedFrame active = check(new AccountMessage(2, repo.did(), true, null, TIME));
    assertThat(active.events).hasSize(1);
    assertThat(active.fetchReason).isNull();
  }

  @Test
  void shouldTakeACommitThatIsTooBigForASync() {
    CommitMessage good = repo.post(1, "one", "one");
    CheckedFrame whole = check(tooBig(good, good.blocks()));
    assertThat(whole.events).hasSize(1);
    assertThat(whole.fetchReason).as("the tracker's").isNull();
    CheckedFrame empty = check(tooBig(good, new byte[0]));
    assertThat(empty.events).isEmpty();
    assertThat(empty.fetchReason).as("nothing tells the tracker").isEqualTo("too-big");
  }

  private static CommitMessage tooBig(CommitMessage good, byte[] blocks) {
    return new CommitMessage(
        good.seq(),
        good.repo(),
        good.rev(),
        good.since(),
        good.commit(),
        good.prevData(),
        true,
        blocks,
        List.of(),
        good.time());
  }

  @Test
  void shouldNotWantTheRevOfASyncThatIsRefused() {
    Tid rev = repo.sync(1).rev();
    CheckedFrame frame = check(new SyncMessage(1, repo.did(), rev, new byte[] {1, 2, 3}, TIME));
    assertThat(frame.events).isEmpty();
    assertThat(frame.fetchReason).isNotNull().isNotEqualTo("sync");
    assertThat(frame.fetchRev).isNull();
  }

  @Test
  void shouldRefuseACommitWhoseEventsAreFarLargerThanItself() {
    byte[] shared = TestRepo.record("app.bsky.feed.post", "x".repeat(100_000));
    List<TestRepo.Change> changes =
        IntStream.range(100, 300)
            .mapToObj(i -> new TestRepo.Change("app.bsky.feed.post/" + i, shared))
            .toList();
    CheckedFrame frame = check(repo.commit(1, changes));
    assertRefused(frame, "too-big");
    assertThat(frame.fetchReason).isEqualTo("too-big");
  }
}
