package dev.millrace.schema.event;

/**
 * The attempt to fetch a repo that an event came from.
 *
 * @param id one attempt's own id; every event of the attempt carries the same
 * @param livePos the end of the DID's {@code firehose_live} partition before the fetch began: a
 *     deletion or reset at or past it happened after, and the snapshot is refused
 */
public record SnapshotRef(String id, long livePos) {
  public SnapshotRef {
    if (livePos < 0) {
      throw new IllegalArgumentException("livePos is " + livePos);
    }
  }
}
