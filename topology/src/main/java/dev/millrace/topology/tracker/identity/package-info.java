/**
 * What DIDs resolve to: which are waiting, looked up off the stream thread, tried again. Excludes
 * the protocol's own way of looking up, which is {@link dev.millrace.atproto.identity}.
 */
@NullMarked
package dev.millrace.topology.tracker.identity;

import org.jspecify.annotations.NullMarked;
