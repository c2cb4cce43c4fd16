/**
 * The event streams: events as they come from a repo, a labeler or an account, and for each host a
 * log that numbers them, keeps the newest and knows what a cursor means.
 *
 * <p>Excludes sockets (package {@code server}).
 */
@NullMarked
package dev.millrace.simulator.event;

import org.jspecify.annotations.NullMarked;
