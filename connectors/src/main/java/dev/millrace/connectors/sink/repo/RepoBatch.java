package dev.millrace.connectors.sink.repo;

import dev.millrace.atproto.BadDataException;
import dev.millrace.connectors.sink.collection.Collections;
import dev.millrace.connectors.sink.collection.CountedTable;
import dev.millrace.connectors.sink.collection.Counters;
import dev.millrace.connectors.sink.collection.NewRecord;
import dev.millrace.connectors.sink.sql.StoredTime;
import dev.millrace.schema.event.AccountEvent;
import dev.millrace.schema.event.CommitEvent;
import dev.millrace.schema.event.IdentityEvent;
import dev.millrace.schema.event.RawJson;
import dev.millrace.schema.event.RecordEvent;
import dev.millrace.schema.event.RepoEvent;
import dev.millrace.schema.event.ResetEvent;
import dev.millrace.schema.event.SnapshotEvent;
import dev.millrace.schema.event.SnapshotRef;
import dev.millrace.schema.event.SyncEvent;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/**
 * The repo events of one batch, applied one after another to slots in memory: load what they touch,
 * apply each, store what changed. However the events are mixed (creates and deletes of one URI, a
 * snapshot that closes in the middle), the rules are those of a single event; only loading and
 * storing are done for all at once.
 *
 * <p>One transaction, one use, one thread.
 */
public final class RepoBatch {
  /** Rows that one closing snapshot may remove within a batch; more are removed in slices. */
  public static final int MAX_SWEPT_ROWS = 20_000;

  private final Collections collections;
  private final boolean keepsUnknown;
  private final Counters counters;
  private final RepoRows repoRows;
  private final RecordRows recordRows;
  private final Map<String, RepoSlot> repos = new LinkedHashMap<>();
  private final Map<String, RecordSlot> slots = new LinkedHashMap<>();

  /**
   * @param keepsUnknown whether records of collections that are not known are kept in {@code
   *     record}
   * @param counters collects how they move
   */
  public RepoBatch(
      Collections collections,
      boolean keepsUnknown,
      DSLContext sql,
      Connection connection,
      Counters counters) {
    this.collections = collections;
    this.keepsUnknown = keepsUnknown;
    this.counters = counters;
    this.repoRows = new RepoRows(sql);
    this.recordRows = new RecordRows(sql, connection, counters);
  }

  /**
   * Loads what the events touch.
   *
   * @return false if closing snapshots would remove more than {@link #MAX_SWEPT_ROWS}: nothing may
   *     be applied then
   */
  public boolean load(Iterable<RepoEvent> events) {
    List<SnapshotEvent> whole = new ArrayList<>();
    for (RepoEvent event : events) {
      repos.computeIfAbsent(event.did(), RepoSlot::new);
      if (event instanceof RecordEvent record && isKept(record.collection())) {
        slot(record.uri(), record.collection());
      } else if (event instanceof SnapshotEvent snapshot && snapshot.scope().isFull()) {
        whole.add(snapshot);
      }
    }
    if (repos.isEmpty()) {
      return true;
    }
    repoRows.load(repos);
    if (!slots.isEmpty()) {
      recordRows.load(slots);
    }
    Map<String, String> closed = new HashMap<>();
    for (SnapshotEvent snapshot : whole) {
      if (willClose(snapshot)) {
        closed.merge(
            snapshot.did(), snapshot.rev(), (one, other) -> one.compareTo(other) > 0 ? one : other);
      }
    }
    return closed.isEmpty() || loadOlder(closed);
  }

  /** One that is refused or covered already removes nothing, and stays so through the batch. */
  private boolean willClose(SnapshotEvent snapshot) {
    RepoSlot repo = repo(snapshot.did());
    return !repo.covers(snapshot.rev()) && !repo.refuses(snapshot.snapshot(), snapshot.rev());
  }

  private boolean loadOlder(Map<String, String> closed) {
    List<RecordSlot> older = recordRows.loadOlderThan(closed, MAX_SWEPT_ROWS + 1);
    if (older.size() > MAX_SWEPT_ROWS) {
      return false;
    }
    for (RecordSlot slot : older) {
      if (slots.putIfAbsent(slot.uri(), slot) == null) {
        repo(RecordUri.did(slot.uri())).add(slot);
      }
    }
    return true;
  }

  /**
   * Removes the first rows that a snapshot did not confirm, for a snapshot that would remove too
   * many at once. All its records must have been applied, in earlier transactions.
   *
   * @return whether some are left
   */
  public boolean sweepSlice(SnapshotEvent closing) throws SQLException {
    repos.computeIfAbsent(closing.did(), RepoSlot::new);
    repoRows.load(repos);
    if (!willClose(closing)) {
      return false;
    }
    List<RecordSlot> slice =
        recordRows.loadOlderThan(Map.of(closing.did(), closing.rev()), MAX_SWEPT_ROWS);
    slice.forEach(slot -> slot.sweep(closing.rev()));
    recordRows.store(slice, collections);
    return slice.size() == MAX_SWEPT_ROWS;
  }

  /**
   * Removes the first rows of an account whose deletion is confirmed, which must be the first event
   * of its batch.
   *
   * @return whether some are left
   */
  public boolean eraseSlice(AccountEvent deletion) throws SQLException {
    RepoSlot repo = repo(deletion.did());
    repoRows.load(repos);
    if (repo.knows(deletion, 0)) {
      return false;
    }
    List<RecordSlot> slice =
        recordRows.loadOlderThan(Map.of(deletion.did(), RecordRows.EVERY_REV), MAX_SWEPT_ROWS);
    slice.forEach(RecordSlot::erase);
    recordRows.store(slice, collections);
    counters.forget(CountedTable.ACTORS, List.of(deletion.did()));
    counters.forget(CountedTable.POSTS, slice.stream().map(RecordSlot::uri).toList());
    return slice.size() == MAX_SWEPT_ROWS;
  }

  /**
   * Applies one event.
   *
   * @param offset of the event in its topic
   * @throws BadDataException if it cannot be applied whatever the state; what it says of the
   *     record's disappearance has been applied
   */
  public Outcome apply(RepoEvent event, long offset) {
    RepoEvents.checkRev(event);
    RepoSlot repo = repo(event.did());
    String time = StoredTime.of(event.time());
    repo.seen(time);
    if (event.isLive()
        && RepoEvents.isOfTheRepoAlone(event)
        && repo.isOfEarlierGeneration(offset)) {
      return Outcome.STALE;
    }
    if (repo.isHidden() && RepoEvents.isOfTheRepoAlone(event)) {
      if (event.isLive()) {
        repo.miss(offset);
      }
      return Outcome.INACTIVE;
    }
    if (event.isOfWindow()) {
      if (repo.isOfEarlierGeneration(time)) {
        return Outcome.REFUSED;
      }
      if (!(event instanceof RecordEvent)) {
        return Outcome.PASSED;
      }
    }
    return switch (event) {
      case RecordEvent record -> record(repo, record, time);
      case CommitEvent commit -> repo.advance(commit.commit(), commit.rev());
      case SnapshotEvent snapshot -> close(repo, snapshot);
      case AccountEvent account -> repo.account(account, time, offset);
      case SyncEvent sync -> repo.reset(sync.rev(), offset);
      case IdentityEvent identity -> Outcome.APPLIED;
      case ResetEvent reset -> repo.endGeneration(offset, time);
    };
  }

  private Outcome record(RepoSlot repo, RecordEvent event, String time) {
    if (!isKept(event.collection())) {
      return Outcome.UNKNOWN_COLLECTION;
    }
    SnapshotRef snapshot = event.snapshot();
    if (snapshot != null
        && (repo.isOfEarlierGeneration(snapshot)
            || (!repo.covers(event.rev()) && repo.refuses(snapshot, event.rev())))) {
      return Outcome.REFUSED;
    }
    RecordSlot slot = slot(event.uri(), event.collection());
    String cid = event.cid();
    RawJson json = event.record();
    if (cid == null || json == null) {
      return slot.delete(event.rev(), time, repo.coveredRev());
    }
    Outcome outcome = slot.judge(cid, event.rev(), coveredBefore(repo, event));
    switch (outcome) {
      case APPLIED -> put(repo, slot, event, cid, json, time);
      case CONFIRMED, DUPLICATE -> slot.confirm(event.rev(), time);
      default -> slot.contradict(event.rev(), time);
    }
    return outcome;
  }

  /**
   * Of the snapshot at the covered rev itself nothing is covered: another one of the same commit
   * may have been closed here without its first events, where a replay began in its middle.
   */
  private static @Nullable String coveredBefore(RepoSlot repo, RecordEvent event) {
    String covered = repo.coveredRev();
    return event.snapshot() != null && event.rev().equals(covered) ? null : covered;
  }

  /** A record that has no row is, for every later event, as if it had been deleted here. */
  private void put(
      RepoSlot repo, RecordSlot slot, RecordEvent event, String cid, RawJson json, String time) {
    NewRecord content;
    try {
      content =
          collections.read(slot.uri(), cid, event.did(), event.collection(), event.rkey(), json);
    } catch (BadDataException e) {
      slot.delete(event.rev(), time, repo.coveredRev());
      throw e;
    }
    slot.put(content, event.rev(), time, repo.coveredRev());
  }

  /** Only a whole snapshot says what is not there, and which commit the rows are at. */
  private static Outcome close(RepoSlot repo, SnapshotEvent snapshot) {
    if (repo.covers(snapshot.rev())) {
      return Outcome.COVERED;
    }
    if (repo.refuses(snapshot.snapshot(), snapshot.rev())) {
      return repo.isErased() ? Outcome.INACTIVE : Outcome.REFUSED;
    }
    if (snapshot.scope().isFull()) {
      repo.cover(snapshot.rev());
      repo.advance(snapshot.commit(), snapshot.rev());
    }
    return Outcome.APPLIED;
  }

  /** Stores what changed. */
  public void store() throws SQLException {
    recordRows.demote(repos.values());
    recordRows.store(slots.values(), collections);
    recordRows.storeTombstones(repos.values(), slots.values());
    repoRows.store(repos.values());
  }

  private boolean isKept(String collection) {
    return keepsUnknown || Collections.isKnown(collection);
  }

  private RepoSlot repo(String did) {
    return repos.computeIfAbsent(did, RepoSlot::new);
  }

  private RecordSlot slot(String uri, String collection) {
    RecordSlot known = slots.get(uri);
    if (known != null) {
      return known;
    }
    RecordSlot slot = new RecordSlot(uri, collection);
    slots.put(uri, slot);
    repo(RecordUri.did(uri)).add(slot);
    return slot;
  }
}
