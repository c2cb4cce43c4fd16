package dev.millrace.connectors.sink.repo;

import dev.millrace.connectors.sink.sql.StoredTime;
import dev.millrace.schema.event.AccountEvent;
import dev.millrace.schema.event.SnapshotRef;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One DID: what the database holds of its account and repo as a whole, and what it shall hold after
 * the batch.
 *
 * <p>Positions are offsets of its {@code firehose_live} partition, the clock that accounts and
 * snapshots share. No I/O; owned by the thread that applies the batch.
 */
final class RepoSlot {
  /** The row of {@code actor}, as far as events say it. */
  record Actor(String indexedAt, @Nullable String upstreamStatus) {}

  /** The row of {@code actor_sync}. */
  record Head(String commit, String rev) {}

  private final String did;
  private final List<RecordSlot> records = new ArrayList<>();
  private RepoState stored = RepoState.NONE;
  private RepoState now = RepoState.NONE;
  private @Nullable Actor storedActor;
  private @Nullable Actor actor;
  private @Nullable Head storedHead;
  private @Nullable Head head;
  private @Nullable String sweptRev;
  private boolean isDemoted;

  RepoSlot(String did) {
    this.did = did;
  }

  void load(RepoState state, @Nullable Actor loadedActor, @Nullable Head loadedHead) {
    stored = state;
    now = state;
    storedActor = loadedActor;
    actor = loadedActor;
    storedHead = loadedHead;
    head = loadedHead;
  }

  void add(RecordSlot slot) {
    records.add(slot);
  }

  /** Every event of the DID makes an actor of it, unless it is erased; the earliest time counts. */
  void seen(String time) {
    if (now.isErased()) {
      return;
    }
    Actor known = actor;
    actor =
        known == null
            ? new Actor(time, now.upstreamStatus())
            : new Actor(StoredTime.earlier(known.indexedAt(), time), known.upstreamStatus());
  }

  /** Whether events that belong to no snapshot are left out now. */
  boolean isHidden() {
    return now.isHidden();
  }

  /** One was left out, at this place of the live log. */
  void miss(long offset) {
    now = now.withMissed(offset);
  }

  /** The newest commit that was applied. */
  Outcome advance(String commit, String rev) {
    Head known = head;
    if (known != null && rev.compareTo(known.rev()) <= 0) {
      return rev.equals(known.rev()) ? Outcome.DUPLICATE : Outcome.STALE;
    }
    head = new Head(commit, rev);
    return Outcome.APPLIED;
  }

  /**
   * The account's status, at the event's place: a live one's offset, or just before {@code livePos}
   * for what the backfiller learnt. The latest place wins, in whatever order they arrive. A live
   * deletion ends the generation; one that the backfiller confirmed erases the account, whose rows
   * must have been removed by then.
   */
  Outcome account(AccountEvent event, String time, long offset) {
    String status = event.active() ? null : event.status();
    boolean isDeletion = UpstreamStatus.DELETED.equals(status);
    if (event.isLive() && isDeletion) {
      endGeneration(offset, time);
    }
    if (knows(event, offset)) {
      boolean isKnown = event.isLive() && now.isAccountLive() && at(event, offset) == knownPos();
      return isKnown ? Outcome.DUPLICATE : Outcome.STALE;
    }
    Long missedPos = now.missedPos();
    now = now.withAccount(event.active(), status, at(event, offset), event.isLive(), time);
    if (now.isErased()) {
      forget(Math.max(now.generation(), at(event, offset)), time);
      actor = null;
      return Outcome.APPLIED;
    }
    seen(time);
    Actor known = Objects.requireNonNull(actor, "just seen");
    actor = new Actor(known.indexedAt(), now.upstreamStatus());
    // Whatever showed it: what an answer says may have reached the tracker in another order.
    boolean hasMissed =
        missedPos != null && !now.isHidden() && (event.isLive() || missedPos >= at(event, offset));
    return hasMissed ? Outcome.MISSED : Outcome.APPLIED;
  }

  /** Whether a later word on the account than this one is known, or the same. */
  boolean knows(AccountEvent event, long offset) {
    if (now.accountPos() == null) {
      return false;
    }
    long pos = at(event, offset);
    return pos < knownPos() || (pos == knownPos() && now.isAccountLive());
  }

  private static long at(AccountEvent event, long offset) {
    Long learntAt = event.livePos();
    return event.isLive() ? offset : learntAt == null ? 0 : learntAt;
  }

  private long knownPos() {
    Long pos = now.accountPos();
    return pos == null ? -1 : pos;
  }

  /** The repo's generation ends here: the account was deleted, or the repo reset by an operator. */
  Outcome endGeneration(long offset, String time) {
    if (offset < now.generation()) {
      return Outcome.DUPLICATE;
    }
    forget(offset + 1, time);
    return Outcome.APPLIED;
  }

  /**
   * Rows stay, at no rev: any event of the new generation writes over them, and its first whole
   * snapshot removes what it did not confirm.
   */
  private void forget(long generation, String time) {
    now = now.withGeneration(generation, time);
    head = null;
    sweptRev = null;
    isDemoted = true;
    records.forEach(RecordSlot::demote);
  }

  /**
   * The repo was reset to a rev: what was fetched before and is older does not count. A rev only
   * rises within a generation, so the greatest one is the newest reset, whichever relay tells it
   * last; the place is where it was first heard of, for a later fetch may well know it.
   */
  Outcome reset(String rev, long offset) {
    String knownRev = now.syncRev();
    if (knownRev != null && rev.compareTo(knownRev) <= 0) {
      return rev.equals(knownRev) ? Outcome.DUPLICATE : Outcome.STALE;
    }
    now = now.withReset(offset, rev);
    return Outcome.APPLIED;
  }

  /** Whether a live event stands before the generation's begin: a replay reads it again. */
  boolean isOfEarlierGeneration(long offset) {
    return offset < now.generation();
  }

  /**
   * Whether what a window tells of this time is of an earlier generation. It has no place in the
   * live log, so the time counts; at the very time of the end it is in doubt, and a fetch follows
   * the end of a generation in any case.
   */
  boolean isOfEarlierGeneration(String time) {
    String ended = now.generationTime();
    return ended != null && time.compareTo(ended) <= 0;
  }

  /** Whether a snapshot, or a part of it, was begun in an earlier generation. */
  boolean isOfEarlierGeneration(SnapshotRef snapshot) {
    return snapshot.livePos() < now.generation();
  }

  /** The same, or begun before a reset past it. */
  boolean refuses(SnapshotRef snapshot, String rev) {
    Long syncPos = now.syncPos();
    String syncRev = now.syncRev();
    return isOfEarlierGeneration(snapshot)
        || (syncPos != null
            && syncRev != null
            && syncPos >= snapshot.livePos()
            && rev.compareTo(syncRev) < 0);
  }

  /** A whole snapshot was emitted. */
  void cover(String rev) {
    records.forEach(slot -> slot.sweep(rev));
    sweptRev = rev;
    now = now.withCovered(rev);
  }

  boolean covers(String rev) {
    String coveredRev = now.coveredRev();
    return coveredRev != null && rev.compareTo(coveredRev) <= 0;
  }

  String did() {
    return did;
  }

  Collection<RecordSlot> records() {
    return records;
  }

  @Nullable String coveredRev() {
    return now.coveredRev();
  }

  /** The rev of the newest whole snapshot that was closed in this batch. */
  @Nullable String sweptRev() {
    return sweptRev;
  }

  RepoState state() {
    return now;
  }

  /** Whether all its rows lose their revs, its tombstones and its newest commit with them. */
  boolean isDemoted() {
    return isDemoted;
  }

  boolean isErased() {
    return now.isErased();
  }

  /** Whether its row in {@code actor} is a new one. */
  boolean isActorNew() {
    return storedActor == null && actor != null;
  }

  boolean isStateChanged() {
    return !now.equals(stored);
  }

  @Nullable Actor actor() {
    return actor;
  }

  boolean isActorChanged() {
    return !Objects.equals(actor, storedActor);
  }

  @Nullable Head head() {
    return head;
  }

  boolean isHeadChanged() {
    return !Objects.equals(head, storedHead);
  }
}
