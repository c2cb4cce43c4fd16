/**
 * A relay's {@code subscribeRepos} to {@code firehose_live}: each frame checked as far as can be
 * without state, and turned into events.
 *
 * <p>Excludes what needs a repo's earlier state: whether commits connect, and which accounts are
 * active, is the tracker's.
 */
@NullMarked
package dev.millrace.connectors.firehose;

import org.jspecify.annotations.NullMarked;
