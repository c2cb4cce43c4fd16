/**
 * Whose key, whose host, whose handle: DID documents, handles, and how either is found.
 *
 * <p>What a document claims of a handle is only that, and so is what a handle says of a DID: it
 * belongs to the DID if both name each other.
 *
 * @see <a href="https://atproto.com/specs/did">the specification</a>
 */
@NullMarked
package dev.millrace.atproto.identity;

import org.jspecify.annotations.NullMarked;
