/**
 * The backfiller: {@code repo_backfill} and {@code repo_requests} → getRepo → verified and expanded
 * onto {@code firehose_backfill}. {@link dev.millrace.topology.backfiller.BackfillTopology} shows
 * it on one page. Excludes the protocol itself and everything about live events.
 */
@NullMarked
package dev.millrace.topology.backfiller;

import org.jspecify.annotations.NullMarked;
