package dev.millrace.schema.event;

import org.jspecify.annotations.Nullable;

/**
 * Closes a snapshot (type {@code repo}): all its records came before, on the same partition.
 *
 * @param host the PDS
 * @param commit CID of the snapshot's commit
 * @param snapshot the attempt, as in each of its records
 * @param scope full: what was not in it is not in the repo
 * @param count the records it emitted
 */
public record SnapshotEvent(
    String time,
    String did,
    @Nullable String host,
    String commit,
    String rev,
    SnapshotRef snapshot,
    Scope scope,
    long count)
    implements RepoEvent {
  static final String TYPE = "repo";

  public SnapshotEvent {
    if (count < 0) {
      throw new IllegalArgumentException("count is " + count);
    }
  }

  @Override
  public String type() {
    return TYPE;
  }

  /** Always {@link RepoEvent#BACKFILL_SEQ}. */
  @Override
  public long seq() {
    return BACKFILL_SEQ;
  }
}
