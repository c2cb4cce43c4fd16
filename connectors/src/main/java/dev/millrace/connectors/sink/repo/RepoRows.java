package dev.millrace.connectors.sink.repo;

import static dev.millrace.schema.jooq.Tables.ACTOR;
import static dev.millrace.schema.jooq.Tables.ACTOR_SYNC;
import static dev.millrace.schema.jooq.Tables.REPO_STATE;
import static org.jooq.impl.DSL.any;

import dev.millrace.connectors.sink.derive.HandleClaims;
import dev.millrace.connectors.sink.queue.DeriveQueue;
import dev.millrace.connectors.sink.queue.Kind;
import dev.millrace.connectors.sink.repo.RepoSlot.Actor;
import dev.millrace.connectors.sink.repo.RepoSlot.Head;
import dev.millrace.connectors.sink.sql.ArrayRows;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jooq.DSLContext;

/**
 * The tables of repos as wholes ({@code actor}, {@code actor_sync}, {@code repo_state}): loads what
 * a batch touches into slots, and stores what the slots hold afterwards. One transaction, one use;
 * the number of statements does not depend on the number of rows.
 */
final class RepoRows {
  private final DSLContext sql;

  RepoRows(DSLContext sql) {
    this.sql = sql;
  }

  void load(Map<String, RepoSlot> repos) {
    ArrayRows dids = new ArrayRows(REPO_STATE.DID);
    repos.keySet().forEach(dids::add);
    var did = dids.column(REPO_STATE.DID);
    sql.select(did)
        .select(REPO_STATE.fields())
        .select(ACTOR.INDEXEDAT, ACTOR.UPSTREAMSTATUS, ACTOR_SYNC.COMMITCID, ACTOR_SYNC.REPOREV)
        .from(dids.table())
        .leftJoin(REPO_STATE)
        .on(REPO_STATE.DID.eq(did))
        .leftJoin(ACTOR)
        .on(ACTOR.DID.eq(did))
        .leftJoin(ACTOR_SYNC)
        .on(ACTOR_SYNC.DID.eq(did))
        .forEach(
            row -> {
              RepoSlot repo = repos.get(row.get(did));
              if (repo == null) {
                return;
              }
              RepoState state =
                  row.get(REPO_STATE.DID) == null
                      ? RepoState.NONE
                      : new RepoState(
                          row.get(REPO_STATE.GENERATION),
                          row.get(REPO_STATE.GENERATION_TIME),
                          row.get(REPO_STATE.COVERED_REV),
                          row.get(REPO_STATE.ACTIVE),
                          row.get(REPO_STATE.STATUS),
                          row.get(REPO_STATE.ACCOUNT_POS),
                          row.get(REPO_STATE.ACCOUNT_LIVE),
                          row.get(REPO_STATE.MISSED_POS),
                          row.get(REPO_STATE.SYNC_POS),
                          row.get(REPO_STATE.SYNC_REV),
                          row.get(REPO_STATE.ERASED_AT));
              String indexedAt = row.get(ACTOR.INDEXEDAT);
              String commit = row.get(ACTOR_SYNC.COMMITCID);
              String rev = row.get(ACTOR_SYNC.REPOREV);
              repo.load(
                  state,
                  indexedAt == null ? null : new Actor(indexedAt, row.get(ACTOR.UPSTREAMSTATUS)),
                  commit == null ? null : new Head(commit, rev == null ? "" : rev));
            });
  }

  /** Stores every slot that differs from what it was loaded as. */
  void store(Collection<RepoSlot> repos) {
    // By DID: transactions that touch the same actors do so in the same order.
    List<RepoSlot> sorted = repos.stream().sorted(Comparator.comparing(RepoSlot::did)).toList();
    storeActors(sorted);
    storeHeads(sorted);
    storeStates(sorted);
    eraseActors(sorted);
    new HandleClaims(sql).deriveHandlesOf(dids(sorted, RepoSlot::isActorNew));
  }

  /** Rows with a word of the operator stay, without a handle: the account may come back. */
  private void eraseActors(List<RepoSlot> repos) {
    String[] erased = dids(repos, repo -> repo.isErased() && repo.isStateChanged());
    if (erased.length > 0) {
      sql.deleteFrom(ACTOR)
          .where(ACTOR.DID.eq(any(erased)))
          .and(ACTOR.TAKEDOWNREF.isNull())
          .and(ACTOR.TRUSTEDVERIFIER.isFalse())
          .and(ACTOR.AGEASSURANCESTATUS.isNull())
          .and(ACTOR.AGEASSURANCELASTINITIATEDAT.isNull())
          .and(ACTOR.AGEASSURANCEACCESS.isNull())
          .and(ACTOR.AGEASSURANCECOUNTRYCODE.isNull())
          .and(ACTOR.AGEASSURANCEREGIONCODE.isNull())
          .execute();
      sql.update(ACTOR)
          .setNull(ACTOR.HANDLE)
          .set(ACTOR.UPSTREAMSTATUS, UpstreamStatus.of(false, UpstreamStatus.DELETED))
          .where(ACTOR.DID.eq(any(erased)))
          .execute();
      new HandleClaims(sql).forget(erased);
      DeriveQueue.add(sql, Kind.ERASURE, List.of(erased));
    }
  }

  private static String[] dids(List<RepoSlot> repos, Predicate<RepoSlot> which) {
    return repos.stream().filter(which).map(RepoSlot::did).toArray(String[]::new);
  }

  /** Of an actor only what events say; the rest of the row is others'. */
  private void storeActors(List<RepoSlot> repos) {
    ArrayRows rows = new ArrayRows(ACTOR.DID, ACTOR.INDEXEDAT, ACTOR.UPSTREAMSTATUS);
    for (RepoSlot repo : repos) {
      Actor actor = repo.actor();
      if (actor != null && repo.isActorChanged()) {
        rows.add(repo.did(), actor.indexedAt(), actor.upstreamStatus());
      }
    }
    rows.upsert(sql, ACTOR, ACTOR.DID);
  }

  private void storeHeads(List<RepoSlot> repos) {
    String[] demoted = dids(repos, RepoSlot::isDemoted);
    if (demoted.length > 0) {
      sql.deleteFrom(ACTOR_SYNC).where(ACTOR_SYNC.DID.eq(any(demoted))).execute();
    }
    ArrayRows rows = new ArrayRows(ACTOR_SYNC.DID, ACTOR_SYNC.COMMITCID, ACTOR_SYNC.REPOREV);
    for (RepoSlot repo : repos) {
      Head head = repo.head();
      if (head != null && (repo.isHeadChanged() || repo.isDemoted())) {
        rows.add(repo.did(), head.commit(), head.rev());
      }
    }
    rows.upsert(sql, ACTOR_SYNC, ACTOR_SYNC.DID);
  }

  private void storeStates(List<RepoSlot> repos) {
    ArrayRows rows =
        new ArrayRows(
            REPO_STATE.DID,
            REPO_STATE.GENERATION,
            REPO_STATE.GENERATION_TIME,
            REPO_STATE.COVERED_REV,
            REPO_STATE.ACTIVE,
            REPO_STATE.STATUS,
            REPO_STATE.ACCOUNT_POS,
            REPO_STATE.ACCOUNT_LIVE,
            REPO_STATE.MISSED_POS,
            REPO_STATE.SYNC_POS,
            REPO_STATE.SYNC_REV,
            REPO_STATE.ERASED_AT);
    for (RepoSlot repo : repos) {
      if (repo.isStateChanged()) {
        RepoState state = repo.state();
        rows.add(
            repo.did(),
            state.generation(),
            state.generationTime(),
            state.coveredRev(),
            state.active(),
            state.status(),
            state.accountPos(),
            state.isAccountLive(),
            state.missedPos(),
            state.syncPos(),
            state.syncRev(),
            state.erasedAt());
      }
    }
    rows.upsert(sql, REPO_STATE, REPO_STATE.DID);
  }
}
