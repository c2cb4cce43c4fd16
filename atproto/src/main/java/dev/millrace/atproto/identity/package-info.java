/**
 * Whose key, whose host: DID documents and how they are found.
 *
 * <p>Excluded: whether a handle belongs to a DID. What a document claims of a handle is only that.
 *
 * @see <a href="https://atproto.com/specs/did">the specification</a>
 */
@NullMarked
package dev.millrace.atproto.identity;

import org.jspecify.annotations.NullMarked;
