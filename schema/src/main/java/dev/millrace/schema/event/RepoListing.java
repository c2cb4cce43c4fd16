package dev.millrace.schema.event;

import org.jspecify.annotations.Nullable;

/**
 * A repo as a relay lists it, on {@code repo_backfill}; keyed by DID.
 *
 * @param host the relay that lists it, not the PDS
 * @param rev what the relay has seen; some leave it out
 * @param status why it is not active, in the relay's word
 */
public record RepoListing(
    String did, String host, @Nullable String rev, @Nullable String status, boolean active) {}
