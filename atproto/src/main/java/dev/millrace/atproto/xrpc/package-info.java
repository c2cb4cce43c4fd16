/**
 * HTTP to hosts that strangers run: XRPC queries and downloads, bounded in time, size and
 * redirects, and never to a private address unless the operator allows it.
 *
 * <p>Excluded: retrying, waiting and limits a host (the callers'), and WebSockets ({@code stream}).
 *
 * @see <a href="https://atproto.com/specs/xrpc">the specification</a>
 */
@NullMarked
package dev.millrace.atproto.xrpc;

import org.jspecify.annotations.NullMarked;
