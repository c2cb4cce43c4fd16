package dev.millrace.topology.tracker.repo;

import dev.millrace.schema.event.AccountEvent;
import dev.millrace.schema.event.CommitEvent;
import dev.millrace.schema.event.IdentityEvent;
import dev.millrace.schema.event.RepoEvent;
import dev.millrace.schema.event.ResetEvent;
import dev.millrace.schema.event.Scope;
import dev.millrace.schema.event.SnapshotEvent;
import dev.millrace.schema.event.SyncEvent;
import dev.millrace.topology.tracker.identity.IdentityCause;
import dev.millrace.topology.tracker.repo.TrackedRepo.Account;
import dev.millrace.topology.tracker.repo.TrackedRepo.HostWord;
import dev.millrace.topology.tracker.repo.Verdict.Outcome;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rules of sync 1.1, over what is known of one repo. Pure: the same events in the same order
 * give the same requests, whatever the clock says.
 *
 * <p>The two topics are read in no particular order to each other. So whatever compares what came
 * live with what came by a fetch compares places ({@link TrackedRepo}), never arrival.
 *
 * @see <a href="https://atproto.com/specs/sync">the specification</a>
 */
public final class RepoRules {
  private final Set<String> collections;

  /**
   * The rules where so much is collected.
   *
   * @param collections NSIDs; empty for all
   */
  public RepoRules(Set<String> collections) {
    this.collections = Set.copyOf(collections);
  }

  /**
   * What an event comes to.
   *
   * @param known null at the first sight of the DID
   * @param offset of the event's record; a place if the event is a live one
   * @param now time of the event's record, ms since 1970
   * @return null if events of this kind say nothing about the repo's state
   */
  public @Nullable Verdict apply(
      @Nullable TrackedRepo known, RepoEvent event, long offset, long now) {
    RepoTurn turn = new RepoTurn(known == null ? TrackedRepo.UNKNOWN : known, now);
    if (known == null) {
      turn.resolve(IdentityCause.SEEN);
    }
    Outcome outcome =
        switch (event) {
          case SnapshotEvent snapshot -> snapshot(turn, snapshot);
          case AccountEvent account when !account.isLive() -> answer(turn, account);
          case RepoEvent past when past.isOfWindow() -> past(turn, past, known == null);
          case RepoEvent other when !other.isLive() -> null;
          case CommitEvent commit -> commit(turn, commit, offset);
          case SyncEvent sync -> sync(turn, sync, offset);
          case AccountEvent account -> account(turn, account, offset);
          case ResetEvent reset -> reset(turn, offset);
          case IdentityEvent identity -> identity(turn);
          default -> null;
        };
    return outcome == null ? null : turn.end(outcome);
  }

  private static Outcome commit(RepoTurn turn, CommitEvent commit, long place) {
    if (turn.isHiddenAt(place)) {
      return notApplied(turn, place);
    }
    if (turn.holds(commit.rev())) {
      return Outcome.REPEATED;
    }
    boolean isFirst = turn.rev() == null;
    boolean isConnected = connects(turn, commit);
    turn.adopt(commit.rev(), commit.data(), place);
    if (isConnected) {
      return Outcome.CONNECTED;
    }
    turn.want(isFirst ? Wanted.NEW : Wanted.GAP, commit.rev(), place);
    return isFirst ? Outcome.FIRST : Outcome.GAP;
  }

  /** By the tree where both sides name it; old PDSes name only the rev before. */
  private static boolean connects(RepoTurn turn, CommitEvent commit) {
    if (turn.data() != null && commit.prevData() != null) {
      return turn.data().equals(commit.prevData());
    }
    return turn.rev() != null && turn.rev().equals(commit.since());
  }

  private static Outcome sync(RepoTurn turn, SyncEvent sync, long place) {
    if (turn.isHiddenAt(place)) {
      return notApplied(turn, place);
    }
    if (turn.holds(sync.rev())) {
      return Outcome.REPEATED;
    }
    boolean isFirst = turn.rev() == null;
    boolean isHeld = sync.data().equals(turn.data());
    turn.adopt(sync.rev(), sync.data(), place);
    if (isHeld) {
      return Outcome.CONNECTED;
    }
    turn.want(isFirst ? Wanted.NEW : Wanted.SYNC, sync.rev(), place);
    return isFirst ? Outcome.FIRST : Outcome.GAP;
  }

  /**
   * Whoever fetches it next must know of this commit. If nobody was asked for long, somebody may
   * have missed that the account is active again.
   */
  private static Outcome notApplied(RepoTurn turn, long place) {
    if (turn.wanted() != null) {
      turn.raise(place);
    } else if (turn.mayAskAnew()) {
      turn.want(turn.account().isDeleted() ? Wanted.DELETION : Wanted.STATUS, null, place);
    }
    return Outcome.INACTIVE;
  }

  private static Outcome account(RepoTurn turn, AccountEvent event, long place) {
    Account before = turn.account();
    Account after = Account.of(event.active(), event.status(), place);
    String host = Objects.requireNonNull(event.host(), "a live event names its host");
    boolean isDisputed = turn.said(new HostWord(host, event.active(), event.status(), place));
    if (after.isDeleted()) {
      turn.end(place);
    }
    if (place <= before.place()) {
      return Outcome.OUTDATED; // a fetch that began later has the answer
    }
    turn.account(after);
    if (after.isDeleted()) {
      turn.want(Wanted.DELETION, null, place);
    } else if (after.saysTheSameAs(before)) {
      return isDisputed ? Outcome.DISPUTED : Outcome.CONNECTED;
    } else if (!event.active()) {
      turn.want(Wanted.STATUS, null, place);
    } else if (before.isKnown() || !turn.hasWhole()) {
      turn.want(Wanted.ACTIVE, null, place);
      turn.resolve(IdentityCause.CHANGED);
    }
    return isDisputed ? Outcome.DISPUTED : Outcome.CHANGED;
  }

  private static Outcome reset(RepoTurn turn, long place) {
    turn.end(place);
    turn.answered();
    turn.resolve(IdentityCause.CHANGED);
    Account account = turn.account();
    // What hides the account may be what is stuck: then it is asked for, too.
    turn.want(
        account.isDeleted() ? Wanted.DELETION : account.hidden() ? Wanted.STATUS : Wanted.RESET,
        null,
        place);
    return Outcome.CHANGED;
  }

  private static Outcome identity(RepoTurn turn) {
    turn.resolve(IdentityCause.CHANGED);
    return Outcome.CONNECTED;
  }

  /**
   * What a window of a firehose tells is as good as any word that a DID is there or may be
   * another's now; where the repo stands today it cannot know.
   */
  private static @Nullable Outcome past(RepoTurn turn, RepoEvent event, boolean isFirst) {
    if (event instanceof IdentityEvent) {
      return identity(turn);
    }
    return isFirst ? Outcome.FIRST : null;
  }

  /** What the current PDS answered of the account. */
  private static @Nullable Outcome answer(RepoTurn turn, AccountEvent event) {
    if (event.livePos() == null) {
      return null; // by no fetch: it has no place
    }
    long livePos = event.livePos();
    Account before = turn.account();
    if (livePos <= before.place()) {
      if (turn.wanted() == null && !before.hidden() && !turn.hasWhole()) {
        turn.want(Wanted.ACTIVE, null, before.place());
      } else {
        turn.notEnough(livePos);
      }
      return Outcome.OUTDATED;
    }
    Account after = Account.of(event.active(), event.status(), livePos - 1);
    turn.account(after);
    if (after.isDeleted()) {
      turn.forgetUpTo(livePos - 1);
    }
    Wanted wanted = turn.wanted();
    // An active account's snapshot follows, and is the answer.
    if (wanted != null && !event.active()) {
      if (wanted.isBefore(livePos)) {
        turn.answered();
        return Outcome.FULFILLED;
      }
      turn.notEnough(livePos);
    }
    return after.saysTheSameAs(before) ? Outcome.CONNECTED : Outcome.CHANGED;
  }

  private Outcome snapshot(RepoTurn turn, SnapshotEvent event) {
    long livePos = event.snapshot().livePos();
    if (!isWhole(event.scope())) {
      return Outcome.PARTIAL;
    }
    if (turn.isBelowGeneration(livePos)) {
      turn.notEnough(livePos);
      return Outcome.OUTDATED;
    }
    turn.hasWholeAt(livePos - 1);
    if (!turn.holds(event.rev())) {
      turn.adopt(event.rev(), null, livePos - 1);
    }
    Wanted wanted = turn.wanted();
    // Of a hidden account it leaves open whether the status is true.
    if (wanted == null || (wanted.asksForStatus() && turn.account().hidden())) {
      return Outcome.CONNECTED;
    }
    if (wanted.isBefore(livePos) && wanted.isReachedBy(event.rev())) {
      turn.answered();
      return Outcome.FULFILLED;
    }
    turn.notEnough(livePos);
    return Outcome.OUTDATED;
  }

  /** Whether it holds all that is collected here. */
  private boolean isWhole(Scope scope) {
    return scope.isFull()
        || (!collections.isEmpty() && scope.collections().containsAll(collections));
  }
}
