package dev.millrace.schema.event;

import org.jspecify.annotations.Nullable;

/**
 * Somebody wants a repo fetched, on {@code repo_requests}; keyed by DID.
 *
 * @param reason a short stable word: {@code operator}, {@code user}, {@code replay}, {@code reset}
 *     (people); {@code new}, {@code gap}, {@code sync}, {@code active}, {@code status}, {@code
 *     deletion} (the tracker; the last two ask the current PDS whether a status is true); {@code
 *     reconcile} (a list and the database differ); else what was wrong with live data: {@code
 *     signature}, {@code too-big}, …
 * @param host the host whose data led to the request, if one did
 * @param rev the rev that must be reached, if one is known
 * @param requestedAt ISO 8601
 * @param priority whether it goes before other requests
 */
public record RepoRequest(
    String did,
    String reason,
    Scope scope,
    @Nullable String host,
    @Nullable String rev,
    String requestedAt,
    boolean priority) {

  /** One in turn. */
  public RepoRequest(
      String did,
      String reason,
      Scope scope,
      @Nullable String host,
      @Nullable String rev,
      String requestedAt) {
    this(did, reason, scope, host, rev, requestedAt, false);
  }
}
