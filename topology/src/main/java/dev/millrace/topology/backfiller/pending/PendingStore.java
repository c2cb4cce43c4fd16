package dev.millrace.topology.backfiller.pending;

/** The pending store, for those who look at it from outside. */
public final class PendingStore {
  public static final String NAME = "pending-repos";

  private PendingStore() {}

  /** The topic that holds it: keyed by DID, compacted, in the partition numbers of all topics. */
  public static String changelog(String applicationId) {
    return applicationId + "-" + NAME + "-changelog";
  }

  /**
   * Reads a value of the topic.
   *
   * @throws IllegalStateException if it is none
   */
  public static PendingRepo entry(byte[] value) {
    return PendingRepoSerde.decode(value);
  }
}
