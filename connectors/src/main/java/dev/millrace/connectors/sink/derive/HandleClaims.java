package dev.millrace.connectors.sink.derive;

import static dev.millrace.schema.jooq.Tables.HANDLE_CLAIM;
import static org.jooq.impl.DSL.any;

import dev.millrace.connectors.sink.collection.Erasures;
import dev.millrace.connectors.sink.queue.DeriveQueue;
import dev.millrace.connectors.sink.queue.Kind;
import dev.millrace.connectors.sink.sql.ArrayRows;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Table {@code handle_claim}: the handle that each DID's newest resolution gave it. Base rows of
 * the ownership of handles; each change of one puts the handles that it concerns into the queue.
 * The lock of the DID's partition number must be held.
 */
public final class HandleClaims {
  /** A DID's handle, and when it was found so, as stored. */
  public record Claim(String handle, String resolvedAt) {}

  private final DSLContext sql;

  public HandleClaims(DSLContext sql) {
    this.sql = sql;
  }

  /**
   * Stores the newest word on each DID; one from before the account's deletion is not.
   *
   * @param claims by DID; null: it has no handle
   */
  public void store(Map<String, @Nullable Claim> claims) {
    if (claims.isEmpty()) {
      return;
    }
    Erasures erasures = Erasures.of(sql, claims.keySet());
    Map<String, Claim> known = known(claims.keySet().toArray(String[]::new));
    ArrayRows set = new ArrayRows(HANDLE_CLAIM.DID, HANDLE_CLAIM.HANDLE, HANDLE_CLAIM.RESOLVED_AT);
    List<String> gone = new ArrayList<>();
    Set<String> handles = new HashSet<>();
    claims.forEach(
        (did, claim) -> {
          Claim before = known.get(did);
          if (claim == null
              ? before == null
              : claim.equals(before) || !erasures.admit(did, claim.resolvedAt())) {
            return;
          }
          if (before != null) {
            handles.add(before.handle());
          }
          if (claim == null) {
            gone.add(did);
          } else {
            handles.add(claim.handle());
            set.add(did, claim.handle(), claim.resolvedAt());
          }
        });
    if (!gone.isEmpty()) {
      sql.deleteFrom(HANDLE_CLAIM)
          .where(HANDLE_CLAIM.DID.eq(any(gone.toArray(String[]::new))))
          .execute();
    }
    set.upsert(sql, HANDLE_CLAIM, HANDLE_CLAIM.DID);
    DeriveQueue.add(sql, Kind.HANDLE, handles);
  }

  /**
   * The accounts are gone: others may have the handles that were found before. One that was found
   * since stays, as an account that is made again is announced by its identity.
   */
  public void forget(String... dids) {
    Erasures erasures = Erasures.of(sql, List.of(dids));
    Map<String, @Nullable Claim> none = new HashMap<>();
    known(dids)
        .forEach(
            (did, claim) -> {
              if (!erasures.admit(did, claim.resolvedAt())) {
                none.put(did, null);
              }
            });
    store(none);
  }

  /** Rows in {@code actor} are new: what they claim can be given to them. */
  public void deriveHandlesOf(String... dids) {
    if (dids.length > 0) {
      Set<String> handles = new HashSet<>();
      known(dids).values().forEach(claim -> handles.add(claim.handle()));
      DeriveQueue.add(sql, Kind.HANDLE, handles);
    }
  }

  private Map<String, Claim> known(String... dids) {
    return sql.select(HANDLE_CLAIM.DID, HANDLE_CLAIM.HANDLE, HANDLE_CLAIM.RESOLVED_AT)
        .from(HANDLE_CLAIM)
        .where(HANDLE_CLAIM.DID.eq(any(dids)))
        .fetchMap(
            HANDLE_CLAIM.DID,
            row -> new Claim(row.get(HANDLE_CLAIM.HANDLE), row.get(HANDLE_CLAIM.RESOLVED_AT)));
  }
}
