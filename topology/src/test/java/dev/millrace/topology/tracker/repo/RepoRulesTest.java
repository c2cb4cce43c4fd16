package dev.millrace.topology.tracker.repo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.schema.event.AccountEvent;
import dev.millrace.schema.event.CommitEvent;
import dev.millrace.schema.event.IdentityEvent;
import dev.millrace.schema.event.RecordEvent;
import dev.millrace.schema.event.RepoEvent;
import dev.millrace.schema.event.ResetEvent;
import dev.millrace.schema.event.Scope;
import dev.millrace.schema.event.SnapshotEvent;
import dev.millrace.schema.event.SnapshotRef;
import dev.millrace.schema.event.SyncEvent;
import dev.millrace.topology.tracker.identity.IdentityCause;
import dev.millrace.topology.tracker.repo.Verdict.Ask;
import dev.millrace.topology.tracker.repo.Verdict.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Each rule by name. Revs and trees are numbered: rev r03 has the tree d3. */
final class RepoRulesTest {
  private static final String DID = "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa";
  private static final String A = "relay-a";
  private static final String B = "relay-b";
  private static final String TIME = "2026-01-01T00:00:00Z";
  private static final long HOUR = Duration.ofHours(1).toMillis();

  private RepoRules rules = new RepoRules(Set.of());
  private TrackedRepo repo = TrackedRepo.UNKNOWN;
  private boolean isKnown;
  private long now = 1_000_000_000L;
  private Verdict verdict = new Verdict(repo, Outcome.CONNECTED, null, null);

  // Commits

  @Test
  void shouldAdoptAnUnknownReposCommitAndAskForTheRepo() {
    at(10, commit(A, 3));

    assertThat(asked()).isEqualTo(new Ask("new", "r03"));
    assertThat(repo.rev()).isEqualTo("r03");
    assertThat(repo.data()).isEqualTo("d3");
  }

  @Test
  void shouldLearnOfAnAccountButNotOfItsRepoFromAWindowOfTheFirehose() {
    at(new CommitEvent(-1, TIME, DID, A, "c", "r90", "r89", null, "d90", false));
    assertThat(asked()).isNull();
    assertThat(verdict.resolve()).isEqualTo(IdentityCause.SEEN);
    assertThat(repo.rev()).isNull();

    at(10, commit(A, 3));
    assertThat(asked()).as("it is as unknown as before").isEqualTo(new Ask("new", "r03"));
    assertThat(
            rules.apply(
                repo, new CommitEvent(-1, TIME, DID, A, "c", "r90", "r89", null, "d", false), 1, 0))
        .isNull();
    at(new IdentityEvent(-1, TIME, DID, A, "b.example"));
    assertThat(verdict.resolve()).isEqualTo(IdentityCause.CHANGED);
    assertThat(repo.rev()).isEqualTo("r03");
    assertThat(asked()).isNull();
  }

  @Test
  void shouldAskForNothingWhilePrevDataConnects() {
    known(3);
    at(11, commit(A, 4));
    at(12, commit(A, 5));

    assertThat(asked()).isNull();
    assertThat(verdict.outcome()).isEqualTo(Outcome.CONNECTED);
    assertThat(repo.rev()).isEqualTo("r05");
  }

  @Test
  void shouldAdoptAndAskWherePrevDataDoesNotConnect() {
    known(3);
    at(11, commit(A, 5));

    assertThat(asked()).isEqualTo(new Ask("gap", "r05"));
    assertThat(repo.rev()).isEqualTo("r05");
  }

  @Test
  void shouldGoBySinceWherePrevDataIsMissing() {
    known(3);
    at(11, commit(A, "r04", "r03", null, "d4"));
    assertThat(asked()).isNull();

    at(12, commit(A, "r06", "r05", null, "d6"));
    assertThat(asked()).isEqualTo(new Ask("gap", "r06"));
  }

  @Test
  void shouldBelievePrevDataMoreThanSince() {
    known(3);
    at(11, commit(A, "r04", "r03", "otherTree", "d4"));

    assertThat(asked()).isEqualTo(new Ask("gap", "r04"));
  }

  @Test
  void shouldGoBySinceWhereOnlyASnapshotToldOfTheRev() {
    at(snapshot(3, 5));
    at(10, commit(A, 4));
    assertThat(asked()).isNull();

    at(11, commit(A, "r05", null, null, "d5"));
    assertThat(asked()).isEqualTo(new Ask("gap", "r05"));
  }

  @Test
  void shouldTakeARepeatedRevForADuplicate() {
    known(3);
    at(11, commit(A, 4));
    at(12, commit(B, 4));

    assertThat(verdict.outcome()).isEqualTo(Outcome.REPEATED);
    assertThat(asked()).isNull();
  }

  @Test
  void shouldSeeNoGapsWhereOneOfTwoRelaysIsHoursBehind() {
    known(3);
    for (int rev = 4; rev < 40; rev++) {
      at(10 + 2L * rev, commit(A, rev));
      assertThat(asked()).isNull();
      if (rev > 20) {
        at(11 + 2L * rev, commit(B, rev - 17));
        assertThat(asked()).isNull();
      }
    }
    assertThat(repo.rev()).isEqualTo(rev(39));
  }

  @Test
  void shouldPassOverRecords() {
    assertThat(
            rules.apply(
                null,
                new RecordEvent(
                    RecordEvent.Action.DELETE,
                    7,
                    TIME,
                    DID,
                    A,
                    "c",
                    "r03",
                    "app.bsky.feed.post",
                    "k",
                    null,
                    null,
                    false,
                    null),
                4,
                now))
        .isNull();
  }

  // #sync

  @Test
  void shouldDoNothingAboutASyncWithTheDataHeld() {
    known(3);
    at(11, sync(A, "r04", "d3"));

    assertThat(asked()).isNull();
    assertThat(repo.rev()).isEqualTo("r04");
  }

  @Test
  void shouldAskAfterASyncWithOtherData() {
    known(3);
    at(11, sync(A, "r09", "d9"));
    assertThat(asked()).isEqualTo(new Ask("sync", "r09"));

    at(12, commit(A, 10));
    assertThat(asked()).as("it goes on from there").isNull();
  }

  @Test
  void shouldIgnoreASyncThatARelayTellsLate() {
    known(9);
    at(11, sync(B, "r04", "d4"));

    assertThat(verdict.outcome()).isEqualTo(Outcome.REPEATED);
    assertThat(repo.data()).isEqualTo("d9");
  }

  // One wish at a time

  @Test
  void shouldAskOnceForSeveralGaps() {
    known(3);
    at(11, commit(A, 5));
    at(12, commit(A, 7));

    assertThat(asked()).isNull();
    assertThat(repo.wanted()).isEqualTo(new Wanted("gap", "r07", 12, "r05", 11));
  }

  @Test
  void shouldTakeASnapshotBegunAfterTheGapForTheAnswer() {
    known(3);
    at(11, commit(A, 5));
    at(snapshot(5, 12));

    assertThat(verdict.outcome()).isEqualTo(Outcome.FULFILLED);
    assertThat(repo.wanted()).isNull();
    assertThat(repo.data()).as("of the commit").isEqualTo("d5");
  }

  @Test
  void shouldWaitForTheAnswerThatIsToComeWhenAnOlderFetchEnds() {
    known(3);
    at(11, commit(A, 5));
    at(snapshot(3, 11));

    assertThat(asked()).isNull();
    assertThat(repo.wanted()).isNotNull();
  }

  @Test
  void shouldAskAgainWhenTheFetchBeganBeforeALaterGap() {
    known(3);
    at(11, commit(A, 5));
    at(20, commit(A, 7));
    at(snapshot(5, 15));

    assertThat(asked()).isEqualTo(new Ask("gap", "r07"));
    at(snapshot(7, 30));
    assertThat(repo.wanted()).isNull();
  }

  @Test
  void shouldLeaveItToTheFetcherWhereThePdsIsBehindTheRevThatWasAskedFor() {
    known(3);
    at(11, commit(A, 5));
    at(snapshot(4, 12));

    assertThat(asked()).isNull();
    assertThat(repo.wanted()).isNotNull();
  }

  @Test
  void shouldAskAgainAfterAnHourWithoutAnswer() {
    known(3);
    at(11, commit(A, 5));
    now += HOUR - 1;
    at(12, commit(A, 6));
    assertThat(asked()).isNull();

    now += 1;
    at(13, commit(A, 7));
    assertThat(asked()).isEqualTo(new Ask("gap", "r05"));
  }

  @Test
  void shouldTakeOnlyAWholeSnapshotForTheAnswer() {
    known(3);
    at(11, commit(A, 5));
    at(snapshot(5, 12, Scope.ofCollections(List.of("app.bsky.feed.post"))));

    assertThat(verdict.outcome()).isEqualTo(Outcome.PARTIAL);
    assertThat(repo.wanted()).isNotNull();
  }

  @Test
  void shouldTakeASnapshotOfAllThatIsCollectedForWhole() {
    rules = new RepoRules(Set.of("app.bsky.feed.post"));
    known(3);
    at(11, commit(A, 5));
    at(snapshot(5, 12, Scope.ofCollections(List.of("app.bsky.feed.like", "app.bsky.feed.post"))));

    assertThat(repo.wanted()).isNull();
  }

  // Accounts

  @Test
  void shouldAskThePdsWhetherAStatusIsTrue() {
    known(3);
    at(11, account(A, "deactivated"));
    assertThat(asked()).isEqualTo(new Ask("status", null));

    at(12, account(B, "deactivated"));
    assertThat(asked()).as("the same news by another relay").isNull();
    at(answer("deactivated", 13));
    assertThat(verdict.outcome()).isEqualTo(Outcome.FULFILLED);
    assertThat(repo.rev()).isEqualTo("r03");
  }

  @Test
  void shouldHideNobodyForWhatARelaySaysOfItself() {
    known(3);
    at(11, account(A, "desynchronized"));
    assertThat(asked()).isEqualTo(new Ask("status", null));

    at(12, commit(A, 4));
    assertThat(verdict.outcome()).isEqualTo(Outcome.CONNECTED);
  }

  @Test
  void shouldNotApplyCommitsOfAnInactiveAccount() {
    known(3);
    at(11, account(A, "takendown"));
    at(answer("takendown", 12));
    at(13, commit(A, 4));

    assertThat(verdict.outcome()).isEqualTo(Outcome.INACTIVE);
    assertThat(repo.rev()).isEqualTo("r03");
    assertThat(asked()).isNull();
  }

  @Test
  void shouldAskAgainForAStatusThatCommitsHaveContradictedForAnHour() {
    known(3);
    at(11, account(A, "takendown"));
    at(answer("takendown", 12));
    now += HOUR;
    at(13, commit(A, 4));
    assertThat(asked()).isEqualTo(new Ask("status", null));

    at(14, commit(A, 5));
    assertThat(asked()).isNull();
  }

  @Test
  void shouldFetchWhatWasNotAppliedWhileTheStatusWasWrong() {
    known(3);
    at(11, account(B, "deactivated"));
    at(12, commit(A, 4)); // not applied, and not in a fetch that began before it
    at(answer(null, 12));
    at(snapshot(3, 12));
    assertThat(asked()).isEqualTo(new Ask("status", null));

    at(answer(null, 13));
    at(snapshot(4, 13));
    assertThat(verdict.outcome()).isEqualTo(Outcome.FULFILLED);
  }

  @Test
  void shouldAskWhenTheAccountIsActiveAgain() {
    known(3);
    at(11, account(A, "deactivated"));
    at(answer("deactivated", 12));
    at(20, account(A, null));

    assertThat(asked()).isEqualTo(new Ask("active", null));
    assertThat(verdict.resolve()).as("it may have moved").isEqualTo(IdentityCause.CHANGED);
    at(21, account(B, null));
    assertThat(asked()).isNull();
  }

  @Test
  void shouldAskForAnAccountOfWhichNothingIsHeldYet() {
    at(10, account(A, null));

    assertThat(asked()).isEqualTo(new Ask("active", null));
  }

  @Test
  void shouldNotAskForAnAccountThatIsHeldWhole() {
    at(snapshot(3, 5));
    at(10, account(A, null));

    assertThat(asked()).isNull();
  }

  @Test
  void shouldNotLetASnapshotAnswerWhetherAHiddenAccountIsActive() {
    known(3);
    at(11, account(A, "suspended"));
    at(snapshot(3, 12)); // a listing's, say

    assertThat(repo.wanted()).isNotNull();
    at(answer(null, 13));
    at(snapshot(3, 13));
    assertThat(repo.wanted()).isNull();
  }

  @Test
  void shouldPutAnOlderAnswerBehindANewerWord() {
    known(3);
    at(11, account(A, "deactivated"));
    at(12, account(A, null));
    at(answer("deactivated", 12));

    assertThat(verdict.outcome()).isEqualTo(Outcome.OUTDATED);
    at(13, commit(A, 4));
    assertThat(verdict.outcome()).isEqualTo(Outcome.CONNECTED);
  }

  @Test
  void shouldPutAnOlderWordBehindANewerAnswer() {
    known(3);
    at(answer(null, 30));
    at(20, account(A, "deactivated"));

    assertThat(verdict.outcome()).isEqualTo(Outcome.OUTDATED);
    assertThat(asked()).isNull();
  }

  @Test
  void shouldAskForAnActiveAccountThatAnEarlierFetchFoundInactive() {
    at(10, account(A, null));
    at(answer("deactivated", 11));
    at(20, account(A, null));
    at(answer("deactivated", 21));
    at(30, account(A, null));
    now += HOUR;
    repo = new TrackedRepo(0, null, null, -1, -1, repo.account(), List.of(), null, now);
    at(answer("deactivated", 30));

    assertThat(asked()).isEqualTo(new Ask("active", null));
  }

  @Test
  void shouldRememberSixteenHostsAndForgetTheOldest() {
    for (int i = 0; i < 20; i++) {
      at(10 + i, account("relay-" + i, null));
    }

    assertThat(repo.hosts()).hasSize(16);
    assertThat(repo.hosts().getFirst().host()).isEqualTo("relay-4");
    assertThat(repo.hosts().getLast().host()).isEqualTo("relay-19");
  }

  @Test
  void shouldCountWhereHostsSayOtherwise() {
    at(10, account(A, null));
    at(11, account(B, "takendown"));

    assertThat(verdict.outcome()).isEqualTo(Outcome.DISPUTED);
  }

  // Deletions, resets, generations

  @Test
  void shouldStartANewGenerationAndHaveADeletionConfirmed() {
    at(snapshot(3, 5));
    at(11, account(A, "deleted"));

    assertThat(asked()).isEqualTo(new Ask("deletion", null));
    assertThat(repo.generation()).isEqualTo(12);
    assertThat(repo.rev()).isNull();
    assertThat(repo.wholePlace()).isEqualTo(TrackedRepo.NOWHERE);
    at(answer("deleted", 12));
    assertThat(verdict.outcome()).isEqualTo(Outcome.FULFILLED);
  }

  @Test
  void shouldFollowAReCreatedAccountWithALowerRev() {
    known(30);
    at(11, account(A, "deleted"));
    at(answer("deleted", 12));
    at(20, account(A, null));
    assertThat(asked()).isEqualTo(new Ask("active", null));

    at(21, commit(A, 1));
    assertThat(repo.rev()).isEqualTo("r01");
    at(22, commit(A, 2));
    assertThat(verdict.outcome()).isEqualTo(Outcome.CONNECTED);
    at(snapshot(2, 23));
    assertThat(repo.wanted()).isNull();
  }

  @Test
  void shouldHaveADeletionConfirmedAgainThatASlowRelayTellsLater() {
    known(3);
    at(11, account(A, "deleted"));
    at(answer("deleted", 12));
    at(13, account(A, null));
    at(snapshot(2, 14));
    at(40, account(B, "deleted"));

    assertThat(asked()).isEqualTo(new Ask("deletion", null));
    assertThat(repo.generation()).isEqualTo(41);
    at(answer(null, 41));
    at(snapshot(2, 41));
    assertThat(verdict.outcome()).isEqualTo(Outcome.FULFILLED);
    assertThat(repo.account().hidden()).isFalse();
  }

  @Test
  void shouldAskAtOnceForADeletionThoughAFetchIsOutstanding() {
    known(3);
    at(11, commit(A, 5));
    at(12, account(A, "deleted"));

    assertThat(asked()).isEqualTo(new Ask("deletion", null));
  }

  @Test
  void shouldKeepAskingForTheDeletionWhenTheAnswerIsOlderThanTheLastOne() {
    known(3);
    at(11, account(A, "deleted"));
    at(30, account(B, "deleted"));
    assertThat(asked()).as("one is outstanding").isNull();

    at(answer("deleted", 20));
    assertThat(asked()).isEqualTo(new Ask("deletion", null));
  }

  @Test
  void shouldTakeNoSnapshotFromBeforeTheDeletion() {
    known(3);
    at(11, account(A, "deleted"));
    at(snapshot(3, 11));

    assertThat(verdict.outcome()).isEqualTo(Outcome.OUTDATED);
    assertThat(repo.rev()).isNull();
    assertThat(repo.wanted()).isNotNull();
  }

  @Test
  void shouldKeepWhatAFetchAfterTheDeletionBrought() {
    at(snapshot(2, 50));
    at(11, account(A, "deleted"));

    assertThat(repo.rev()).isEqualTo("r02");
    assertThat(repo.wholePlace()).isEqualTo(49);
  }

  @Test
  void shouldForgetAllAndAskAfterAReset() {
    known(3);
    at(11, commit(A, 5));
    at(12, new ResetEvent(TIME, DID, ResetEvent.OPERATOR));

    assertThat(asked()).isEqualTo(new Ask("reset", null));
    assertThat(verdict.resolve()).isEqualTo(IdentityCause.CHANGED);
    assertThat(repo.rev()).isNull();
    assertThat(repo.generation()).isEqualTo(13);
  }

  @Test
  void shouldAskForTheStatusTooWhenAHiddenAccountIsReset() {
    known(3);
    at(11, account(A, "suspended"));
    at(answer("suspended", 12));
    at(13, new ResetEvent(TIME, DID, ResetEvent.OPERATOR));

    assertThat(asked()).isEqualTo(new Ask("status", null));
  }

  // Identities

  @Test
  void shouldResolveAtFirstSightAndAfterEveryIdentityEvent() {
    at(10, commit(A, 3));
    assertThat(verdict.resolve()).isEqualTo(IdentityCause.SEEN);
    at(11, commit(A, 4));
    assertThat(verdict.resolve()).isNull();
    at(12, new IdentityEvent(12, TIME, DID, A, "alice.test"));
    assertThat(verdict.resolve()).isEqualTo(IdentityCause.CHANGED);
    assertThat(asked()).isNull();
  }

  @Test
  void shouldResolveWhatAListingBrought() {
    at(snapshot(3, 5));
    assertThat(verdict.resolve()).isEqualTo(IdentityCause.SEEN);
  }

  // What is told

  private void known(int rev) {
    repo =
        new TrackedRepo(
            0,
            rev(rev),
            data(rev),
            9,
            4,
            TrackedRepo.Account.of(true, null, 0),
            List.of(),
            null,
            now);
    isKnown = true;
  }

  private void at(RepoEvent backfill) {
    at(900, backfill);
  }

  private void at(long offset, RepoEvent event) {
    Verdict came = rules.apply(isKnown ? repo : null, event, offset, now);
    assertThat(came).isNotNull();
    verdict = came;
    isKnown = true;
    repo = TrackedRepoSerde.decode(TrackedRepoSerde.encode(verdict.repo()));
    assertThat(repo).isEqualTo(verdict.repo());
  }

  private @Nullable Ask asked() {
    return verdict.ask();
  }

  private static CommitEvent commit(String host, int rev) {
    return commit(host, rev(rev), rev(rev - 1), data(rev - 1), data(rev));
  }

  private static CommitEvent commit(
      String host, String rev, @Nullable String since, @Nullable String prevData, String data) {
    return new CommitEvent(7, TIME, DID, host, "c", rev, since, prevData, data, false);
  }

  private static SyncEvent sync(String host, String rev, String data) {
    return new SyncEvent(7, TIME, DID, host, "c", rev, data, false);
  }

  private static AccountEvent account(String host, @Nullable String status) {
    return new AccountEvent(7, TIME, DID, host, status == null, status, null);
  }

  private static AccountEvent answer(@Nullable String status, long livePos) {
    return new AccountEvent(-1, TIME, DID, "pds", status == null, status, livePos);
  }

  private static SnapshotEvent snapshot(int rev, long livePos) {
    return snapshot(rev, livePos, Scope.FULL);
  }

  private static SnapshotEvent snapshot(int rev, long livePos, Scope scope) {
    return new SnapshotEvent(
        TIME, DID, "pds", "c", rev(rev), new SnapshotRef("s", livePos), scope, 1);
  }

  private static String rev(int number) {
    return "r%02d".formatted(number);
  }

  private static String data(int number) {
    return "d" + number;
  }
}
