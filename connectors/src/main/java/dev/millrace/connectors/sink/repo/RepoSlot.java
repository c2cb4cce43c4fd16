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
  /** The row of {@code repo_state}. */
  record State(
      @Nullable String coveredRev,
      @Nullable Boolean active,
      @Nullable String status,
      @Nullable Long accountPos,
      boolean isAccountLive,
      @Nullable Long deletedPos,
      @Nullable Long syncPos,
      @Nullable String syncRev) {
    static final State NONE = new State(null, null, null, null, false, null, null, null);
  }

  /** The row of {@code actor}, as far as events say it. */
  record Actor(String indexedAt, @Nullable String upstreamStatus) {}

  /** The row of {@code actor_sync}. */
  record Head(String commit, String rev) {}

  private final String did;
  private final List<RecordSlot> records = new ArrayList<>();
  private State stored = State.NONE;
  private State now = State.NONE;
  private @Nullable Actor storedActor;
  private @Nullable Actor actor;
  private @Nullable Head storedHead;
  private @Nullable Head head;
  private @Nullable String sweptRev;

  RepoSlot(String did) {
    this.did = did;
  }

  void load(State state, @Nullable Actor loadedActor, @Nullable Head loadedHead) {
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

  /** Every event of the DID makes an actor of it; the earliest time counts. */
  void seen(String time) {
    Actor known = actor;
    actor =
        known == null
            ? new Actor(time, null)
            : new Actor(StoredTime.earlier(known.indexedAt(), time), known.upstreamStatus());
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
   * for what the backfiller learnt. The latest place wins, in whatever order they arrive.
   */
  Outcome account(AccountEvent event, long offset) {
    boolean isLive = event.isLive();
    Long learntAt = event.livePos();
    long pos = isLive ? offset : learntAt == null ? 0 : learntAt;
    Long knownPos = now.accountPos();
    if (knownPos != null) {
      boolean isOlder = pos < knownPos || (pos == knownPos && !isLive && now.isAccountLive());
      if (isOlder) {
        return Outcome.STALE;
      }
      if (pos == knownPos && isLive && now.isAccountLive()) {
        return Outcome.DUPLICATE;
      }
    }
    String status = event.active() ? null : event.status();
    now =
        new State(
            now.coveredRev(),
            event.active(),
            status,
            pos,
            isLive,
            isLive && UpstreamStatus.DELETED.equals(status)
                ? (Long) latest(now.deletedPos(), pos)
                : now.deletedPos(),
            now.syncPos(),
            now.syncRev());
    Actor known = Objects.requireNonNull(actor, "seen() comes first");
    actor = new Actor(known.indexedAt(), UpstreamStatus.of(event.active(), status));
    return Outcome.APPLIED;
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
    now =
        new State(
            now.coveredRev(),
            now.active(),
            now.status(),
            now.accountPos(),
            now.isAccountLive(),
            now.deletedPos(),
            offset,
            rev);
    return Outcome.APPLIED;
  }

  /** Whether a snapshot, or a part of it, was begun before a deletion or before a reset past it. */
  boolean refuses(SnapshotRef snapshot, String rev) {
    Long deletedPos = now.deletedPos();
    if (deletedPos != null && deletedPos >= snapshot.livePos()) {
      return true;
    }
    Long syncPos = now.syncPos();
    String syncRev = now.syncRev();
    return syncPos != null
        && syncRev != null
        && syncPos >= snapshot.livePos()
        && rev.compareTo(syncRev) < 0;
  }

  /** A whole snapshot was emitted. */
  void cover(String rev) {
    records.forEach(slot -> slot.sweep(rev));
    sweptRev = rev;
    now =
        new State(
            rev,
            now.active(),
            now.status(),
            now.accountPos(),
            now.isAccountLive(),
            now.deletedPos(),
            now.syncPos(),
            now.syncRev());
  }

  boolean covers(String rev) {
    String coveredRev = now.coveredRev();
    return coveredRev != null && rev.compareTo(coveredRev) <= 0;
  }

  private static long latest(@Nullable Long known, long pos) {
    return known == null ? pos : Math.max(known, pos);
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

  State state() {
    return now;
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
