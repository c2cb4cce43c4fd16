package dev.millrace.topology.tracker.identity;

/** Finds out what a DID resolves to; waits for the network, within limits. Thread-safe. */
@FunctionalInterface
public interface IdentityFinder {
  IdentityAnswer find(String did);
}
