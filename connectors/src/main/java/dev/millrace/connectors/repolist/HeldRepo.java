package dev.millrace.connectors.repolist;

import dev.millrace.connectors.sink.repo.UpstreamStatus;
import dev.millrace.schema.event.RepoListing;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the database holds of a repo: a row of {@code repo_state} and of {@code actor_sync}.
 *
 * @param rev of the newest commit that was applied
 * @param coveredRev of the newest whole snapshot
 * @param active null: never told
 * @param status why not active, in the host's word
 */
record HeldRepo(
    @Nullable String rev,
    @Nullable String coveredRev,
    @Nullable Boolean active,
    @Nullable String status) {

  /**
   * Compares. Statuses count as the AppView is told them; what a relay says of itself
   * (desynchronized, throttled) is no status of the account.
   *
   * @param wantsWhole false where only some collections are kept: no snapshot is whole then
   */
  Difference from(RepoListing listed, boolean wantsWhole) {
    if (rev == null && coveredRev == null && active == null) {
      return Difference.NOT_HELD;
    }
    String listedStatus = UpstreamStatus.of(listed.active(), listed.status());
    boolean isOfTheRelay = !listed.active() && listedStatus == null;
    if (!isOfTheRelay && !isSameStatus(listed, listedStatus)) {
      return Difference.STATUS;
    }
    String newest = newest();
    if (listedStatus != null) {
      return Difference.EQUAL; // no host gives it out
    }
    if (wantsWhole && coveredRev == null) {
      return Difference.NOT_WHOLE;
    }
    if (listed.rev() == null || newest == null) {
      return newest == null ? Difference.BEHIND : Difference.EQUAL;
    }
    int order = listed.rev().compareTo(newest);
    return order == 0 ? Difference.EQUAL : order > 0 ? Difference.BEHIND : Difference.AHEAD;
  }

  private boolean isSameStatus(RepoListing listed, @Nullable String listedStatus) {
    String heldStatus = active == null ? null : UpstreamStatus.of(active, status);
    boolean isListedAsDeleted = isDeleted(listed.active(), listed.status());
    return Objects.equals(listedStatus, heldStatus)
        && isListedAsDeleted == isDeleted(active == null || active, status);
  }

  static boolean isDeleted(boolean active, @Nullable String status) {
    return !active && UpstreamStatus.DELETED.equals(status);
  }

  /** TIDs: their order as text is that of time. */
  private @Nullable String newest() {
    if (rev == null || coveredRev == null) {
      return rev == null ? coveredRev : rev;
    }
    return rev.compareTo(coveredRev) >= 0 ? rev : coveredRev;
  }
}
