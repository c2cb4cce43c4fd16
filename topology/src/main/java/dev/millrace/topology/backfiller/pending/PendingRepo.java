package dev.millrace.topology.backfiller.pending;

import dev.millrace.schema.event.Scope;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The entry of one repo in the pending store: taken from the input, not yet emitted whole. There is
 * one for a DID, however many wishes met in it. Written in the transaction of the offset it came
 * with, and deleted in that of its last event.
 *
 * @param wish what the wishes so far ask for together
 * @param epoch rises with every wish that a fetch already under way may not satisfy
 * @param attempt fetches that failed so far
 * @param notBefore when it may be tried again, ms since 1970; 0 is at once
 * @param since when it was first taken, ms since 1970
 * @param lastReason why the last attempt failed
 * @param host authority of the PDS last tried
 * @param fetchingSince since when it is being fetched, ms since 1970; 0 if it is not. Of a process
 *     that was killed it stays until the fetch begins anew
 */
public record PendingRepo(
    Wish wish,
    long epoch,
    int attempt,
    long notBefore,
    long since,
    @Nullable String lastReason,
    @Nullable String host,
    long fetchingSince) {

  public static PendingRepo of(Wish wish, long now) {
    return new PendingRepo(wish, 0, 0, 0, now, null, null, 0);
  }

  public String did() {
    return wish.did();
  }

  public Lane lane() {
    return wish.lane();
  }

  /**
   * Takes a further wish in. A request starts a new epoch: whoever made it knows of something that
   * a fetch under way may have missed. One made by a person forgets earlier failures, too; those
   * that machines make (after bad data, say) must not turn a failing host into a hot loop.
   */
  public PendingRepo merge(Wish more) {
    boolean isRequest = more.lane() != Lane.LISTING;
    Wish both =
        new Wish(
            did(),
            lane().or(more.lane()),
            Wish.rank(more.reason()) > Wish.rank(wish.reason()) ? more.reason() : wish.reason(),
            union(wish.scope(), more.scope()),
            more.endsGeneration() ? more.rev() : later(wish.rev(), more.rev()),
            isRequest ? wish.status() : more.status(),
            wish.question().or(more.question()));
    boolean isFresh = more.isFromPerson();
    return new PendingRepo(
        both,
        isRequest ? epoch + 1 : epoch,
        isFresh ? 0 : attempt,
        isFresh ? 0 : notBefore,
        since,
        lastReason,
        host,
        fetchingSince);
  }

  /** A fetch begins; every other change but a merge says that it is over. */
  public PendingRepo fetching(long now) {
    return new PendingRepo(wish, epoch, attempt, notBefore, since, lastReason, host, now);
  }

  public boolean isFetching() {
    return fetchingSince != 0;
  }

  /** After a failed attempt. */
  public PendingRepo failed(String reason, @Nullable String atHost, long retryAt) {
    return new PendingRepo(
        wish, epoch, attempt + 1, retryAt, since, reason, atHost == null ? host : atHost, 0);
  }

  /** The PDS is known now, though nothing was asked of it yet; null forgets it. */
  public PendingRepo at(@Nullable String newHost) {
    return new PendingRepo(wish, epoch, attempt, notBefore, since, lastReason, newHost, 0);
  }

  /** Not to be tried before then, ms since 1970. */
  public PendingRepo notBefore(long then) {
    return new PendingRepo(wish, epoch, attempt, then, since, lastReason, host, 0);
  }

  /** Once more from the start, after wishes that came during a fetch that went well. */
  public PendingRepo again() {
    return new PendingRepo(wish, epoch, 0, 0, since, null, host, 0);
  }

  /** Whether a snapshot of this rev is older than what somebody has seen. */
  public boolean wantsNewerThan(String rev) {
    String wanted = wish.rev();
    return wanted != null && wanted.compareTo(rev) > 0;
  }

  private static Scope union(Scope a, Scope b) {
    if (a.isFull() || b.isFull()) {
      return Scope.FULL;
    }
    Set<String> collections = new LinkedHashSet<>(a.collections());
    collections.addAll(b.collections());
    List<String> all = new ArrayList<>(collections);
    return Scope.ofCollections(all);
  }

  private static @Nullable String later(@Nullable String a, @Nullable String b) {
    if (a == null || b == null) {
      return a == null ? b : a;
    }
    return a.compareTo(b) >= 0 ? a : b;
  }
}
