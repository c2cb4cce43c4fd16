package dev.millrace.topology.tracker.repo;

import dev.millrace.topology.tracker.identity.IdentityCause;
import dev.millrace.topology.tracker.repo.TrackedRepo.Account;
import dev.millrace.topology.tracker.repo.TrackedRepo.HostWord;
import dev.millrace.topology.tracker.repo.Verdict.Ask;
import dev.millrace.topology.tracker.repo.Verdict.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One event's turn at a repo: what was known, changed step by step. Owned by one call. */
final class RepoTurn {
  /** An answer that has not come for so long is not waited for. */
  static final Duration PATIENCE = Duration.ofHours(1);

  private final long now;
  private final List<HostWord> hosts;
  private long generation;
  private @Nullable String rev;
  private @Nullable String data;
  private long revPlace;
  private long wholePlace;
  private Account account;
  private @Nullable Wanted wanted;
  private long askedAt;
  private @Nullable Ask ask;
  private @Nullable IdentityCause resolve;

  /**
   * Begins with what is known.
   *
   * @param now time of the event's record, ms since 1970
   */
  RepoTurn(TrackedRepo repo, long now) {
    this.now = now;
    generation = repo.generation();
    rev = repo.rev();
    data = repo.data();
    revPlace = repo.revPlace();
    wholePlace = repo.wholePlace();
    account = repo.account();
    hosts = new ArrayList<>(repo.hosts());
    wanted = repo.wanted();
    askedAt = repo.askedAt();
  }

  @Nullable String rev() {
    return rev;
  }

  @Nullable String data() {
    return data;
  }

  Account account() {
    return account;
  }

  @Nullable Wanted wanted() {
    return wanted;
  }

  boolean isBelowGeneration(long livePos) {
    return livePos < generation;
  }

  boolean hasWhole() {
    return wholePlace > TrackedRepo.NOWHERE;
  }

  /** Whether what is said there is said of an account that is not active. */
  boolean isHiddenAt(long place) {
    return account.hidden() && place > account.place();
  }

  boolean holds(String otherRev) {
    return rev != null && rev.compareTo(otherRev) >= 0;
  }

  void adopt(String newRev, @Nullable String newData, long place) {
    rev = newRev;
    data = newData;
    revPlace = place;
  }

  void hasWholeAt(long place) {
    wholePlace = Math.max(wholePlace, place);
  }

  void account(Account now) {
    account = now;
  }

  /** Remembers the host's word; whether another host's last word is otherwise. */
  boolean said(HostWord word) {
    hosts.removeIf(other -> other.host().equals(word.host()));
    boolean isDisputed = hosts.stream().anyMatch(other -> other.active() != word.active());
    if (hosts.size() == TrackedRepo.MAX_HOSTS) {
      hosts.removeFirst();
    }
    hosts.add(word);
    return isDisputed;
  }

  /** Forgets what was learnt at or before a place. */
  void forgetUpTo(long place) {
    if (revPlace <= place) {
      rev = null;
      data = null;
      revPlace = TrackedRepo.NOWHERE;
    }
    if (wholePlace <= place) {
      wholePlace = TrackedRepo.NOWHERE;
    }
  }

  /** A generation ended there. */
  void end(long place) {
    generation = Math.max(generation, place + 1);
    forgetUpTo(place);
    if (wanted != null) {
      wanted = wanted.withoutRev();
    }
  }

  /** Asks for a fetch, or raises what an earlier request's answer must hold. */
  void want(String reason, @Nullable String atLeastRev, long place) {
    if (wanted == null) {
      wanted = Wanted.asked(reason, atLeastRev, place);
      ask();
      return;
    }
    boolean isStronger = wanted.isWeakerThan(reason);
    wanted = wanted.raised(reason, atLeastRev, place);
    if (isStronger) {
      ask();
    }
  }

  /** The place must be known to whoever answers, if anything is asked; the rev does not count. */
  void raise(long place) {
    if (wanted != null) {
      wanted = wanted.raised(wanted.reason(), null, place);
    }
  }

  /** Whether the last request is so long ago that another one floods nobody. */
  boolean mayAskAnew() {
    return now - askedAt >= PATIENCE.toMillis();
  }

  /** An answer fell short: asked once more if it could not know of all that is wanted. */
  void notEnough(long livePos) {
    if (wanted != null && !wanted.isAskedAfter(livePos) && wanted.isRaised()) {
      ask();
    }
  }

  void answered() {
    wanted = null;
  }

  /** Of two causes the one that asks for more counts. */
  void resolve(IdentityCause cause) {
    resolve = resolve == IdentityCause.CHANGED ? resolve : cause;
  }

  Verdict end(Outcome outcome) {
    if (wanted != null && ask == null && mayAskAnew()) {
      ask();
    }
    return new Verdict(
        new TrackedRepo(
            generation, rev, data, revPlace, wholePlace, account, hosts, wanted, askedAt),
        outcome,
        ask,
        resolve);
  }

  private void ask() {
    if (wanted == null) {
      throw new IllegalStateException("nothing is wanted");
    }
    wanted = wanted.askedNow();
    ask = new Ask(wanted.reason(), wanted.rev());
    askedAt = now;
  }
}
