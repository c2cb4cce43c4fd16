/**
 * Which repos there are: a relay's {@code listRepos} to {@code repo_backfill}, or the operator's
 * own choice to {@code repo_requests}.
 *
 * <p>Excludes fetching them, which is the backfiller's.
 */
@NullMarked
package dev.millrace.connectors.repolist;

import org.jspecify.annotations.NullMarked;
