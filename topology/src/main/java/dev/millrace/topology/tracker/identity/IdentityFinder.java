package dev.millrace.topology.tracker.identity;

import dev.millrace.schema.event.PlcIdentity;
import org.jspecify.annotations.Nullable;

/** Finds out what a DID resolves to; waits for the network, within limits. Thread-safe. */
@FunctionalInterface
public interface IdentityFinder {
  /**
   * Finds out.
   *
   * @param mirrored what a mirror of the directory says, where that will do; null where the
   *     directory is to be asked
   */
  IdentityAnswer find(String did, @Nullable PlcIdentity mirrored);
}
