package dev.millrace.schema.event;

import org.jspecify.annotations.Nullable;

/**
 * Somebody wants a repo fetched, on {@code repo_requests}; keyed by DID.
 *
 * @param reason a short stable word: {@code operator}, {@code user}, {@code gap}, {@code
 *     signature}, {@code bad-data}, …
 * @param host the host whose data led to the request, if one did
 * @param rev the rev that must be reached, if one is known
 * @param requestedAt ISO 8601
 */
public record RepoRequest(
    String did,
    String reason,
    Scope scope,
    @Nullable String host,
    @Nullable String rev,
    String requestedAt) {}
