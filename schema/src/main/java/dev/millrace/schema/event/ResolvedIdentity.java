package dev.millrace.schema.event;

import org.jspecify.annotations.Nullable;

/**
 * What a DID resolved to, on {@code identities}; keyed by DID. Of one DID the latest on the topic
 * counts.
 *
 * @param handle in lower case; only one that was checked both ways: the document names it, and it
 *     resolves to the DID
 * @param pds where the repo is: scheme, host and port
 * @param signingKey as {@code did:key}
 * @param resolvedAt ISO 8601
 */
public record ResolvedIdentity(
    String did,
    @Nullable String handle,
    @Nullable String pds,
    @Nullable String signingKey,
    String resolvedAt) {}
