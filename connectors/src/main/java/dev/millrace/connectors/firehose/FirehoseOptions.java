package dev.millrace.connectors.firehose;

import dev.millrace.connectors.ingest.BatchLimits;
import dev.millrace.connectors.ingest.IngestScope;
import dev.millrace.connectors.ingest.ServiceHost;
import org.jspecify.annotations.Nullable;

/**
 * How a relay's firehose is read.
 *
 * @param relay whom to subscribe to
 * @param firstCursor where to begin if no cursor is committed: 0 is the oldest that the relay has,
 *     null what comes from now on
 * @param scope which repos and collections are wanted
 * @param batches how frames are cut into transactions
 * @param workers threads that check frames
 * @param keysKept signing keys held in memory
 * @param checksPending signatures that may wait for a key; beyond it the repo is fetched instead
 * @param lookups DID documents asked for at once
 */
public record FirehoseOptions(
    ServiceHost relay,
    @Nullable Long firstCursor,
    IngestScope scope,
    BatchLimits batches,
    int workers,
    int keysKept,
    int checksPending,
    int lookups) {
  public FirehoseOptions {
    if (firstCursor != null && firstCursor < 0) {
      throw new IllegalArgumentException("cursor is " + firstCursor + ", must be 0 or above");
    }
    atLeastOne("workers", workers);
    atLeastOne("keys kept", keysKept);
    atLeastOne("pending signature checks", checksPending);
    atLeastOne("lookups at once", lookups);
  }

  /** What suits a relay of the public network on this machine. */
  public static FirehoseOptions of(ServiceHost relay) {
    return new FirehoseOptions(
        relay,
        null,
        IngestScope.EVERYTHING,
        BatchLimits.DEFAULT,
        Math.max(1, Runtime.getRuntime().availableProcessors()),
        200_000,
        20_000,
        32);
  }

  public FirehoseOptions firstCursor(@Nullable Long cursor) {
    return new FirehoseOptions(
        relay, cursor, scope, batches, workers, keysKept, checksPending, lookups);
  }

  public FirehoseOptions scope(IngestScope wanted) {
    return new FirehoseOptions(
        relay, firstCursor, wanted, batches, workers, keysKept, checksPending, lookups);
  }

  public FirehoseOptions batches(BatchLimits limits) {
    return new FirehoseOptions(
        relay, firstCursor, scope, limits, workers, keysKept, checksPending, lookups);
  }

  /** How signatures are checked: keys held, checks that may wait, lookups at once. */
  public FirehoseOptions signatures(int keys, int pending, int atOnce) {
    return new FirehoseOptions(relay, firstCursor, scope, batches, workers, keys, pending, atOnce);
  }

  private static void atLeastOne(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " is " + value + ", must be at least 1");
    }
  }
}
