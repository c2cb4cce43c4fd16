package dev.millrace.connectors.sink.repo;

import org.jspecify.annotations.Nullable;

/**
 * The row of {@code repo_state}. Positions are offsets of the repo's {@code firehose_live}
 * partition, the clock that accounts and snapshots share.
 *
 * @param generation the place from which its current generation counts: a snapshot begun before it
 *     is refused
 * @param generationTime when the one before it ended, by the event that says so; null for the first
 * @param coveredRev of the newest whole snapshot of this generation
 * @param active null: never told
 * @param status why not active, in the host's word
 * @param accountPos where it was said so: a live event's offset, or just before the livePos of what
 *     the backfiller learnt
 * @param missedPos of the last live event that was left out because the account was not active;
 *     null once it is
 * @param syncPos where the newest reset was first heard of
 * @param syncRev the rev it was reset to
 * @param erasedAt when it was last erased, by the event that says so
 */
record RepoState(
    long generation,
    @Nullable String generationTime,
    @Nullable String coveredRev,
    @Nullable Boolean active,
    @Nullable String status,
    @Nullable Long accountPos,
    boolean isAccountLive,
    @Nullable Long missedPos,
    @Nullable Long syncPos,
    @Nullable String syncRev,
    @Nullable String erasedAt) {
  static final RepoState NONE =
      new RepoState(0, null, null, null, null, null, false, null, null, null, null);

  /** Whether the account's status hides it; while it does, live commits are not applied. */
  boolean isHidden() {
    return upstreamStatus() != null;
  }

  /** What the AppView is told. */
  @Nullable String upstreamStatus() {
    return active == null ? null : UpstreamStatus.of(active, status);
  }

  /** Whether its current PDS confirmed that the account is gone: nothing of it is kept. */
  boolean isErased() {
    return isErasure(active, status, isAccountLive);
  }

  private static boolean isErasure(
      @Nullable Boolean active, @Nullable String status, boolean isLive) {
    return Boolean.FALSE.equals(active) && UpstreamStatus.DELETED.equals(status) && !isLive;
  }

  RepoState withCovered(String rev) {
    return new RepoState(
        generation,
        generationTime,
        rev,
        active,
        status,
        accountPos,
        isAccountLive,
        missedPos,
        syncPos,
        syncRev,
        erasedAt);
  }

  /** What was told of the account at this time, as stored. */
  RepoState withAccount(
      boolean newActive, @Nullable String newStatus, long pos, boolean isLive, String time) {
    Long missed = UpstreamStatus.of(newActive, newStatus) == null ? null : missedPos;
    boolean erases = isErasure(newActive, newStatus, isLive);
    return new RepoState(
        generation,
        generationTime,
        coveredRev,
        newActive,
        newStatus,
        pos,
        isLive,
        missed,
        syncPos,
        syncRev,
        erases && (erasedAt == null || time.compareTo(erasedAt) > 0) ? time : erasedAt);
  }

  RepoState withMissed(long pos) {
    return new RepoState(
        generation,
        generationTime,
        coveredRev,
        active,
        status,
        accountPos,
        isAccountLive,
        missedPos == null ? pos : (Long) Math.max(missedPos, pos),
        syncPos,
        syncRev,
        erasedAt);
  }

  RepoState withReset(long pos, String rev) {
    return new RepoState(
        generation,
        generationTime,
        coveredRev,
        active,
        status,
        accountPos,
        isAccountLive,
        missedPos,
        pos,
        rev,
        erasedAt);
  }

  /** Another generation begins: what was known of revs speaks of the one before. */
  RepoState withGeneration(long place, String time) {
    return new RepoState(
        place,
        generationTime == null || time.compareTo(generationTime) > 0 ? time : generationTime,
        null,
        active,
        status,
        accountPos,
        isAccountLive,
        missedPos,
        null,
        null,
        erasedAt);
  }
}
