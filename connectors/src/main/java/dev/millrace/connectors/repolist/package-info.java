/**
 * Which repos there are: the {@code listRepos} of relays, or of every host that a relay knows, to
 * {@code repo_backfill}; the operator's own choice, and what differs from a list, to {@code
 * repo_requests}.
 *
 * <p>Excludes fetching them, which is the backfiller's.
 */
@NullMarked
package dev.millrace.connectors.repolist;

import org.jspecify.annotations.NullMarked;
