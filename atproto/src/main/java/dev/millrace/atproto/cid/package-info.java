/**
 * Content identifiers: a block's codec and hash, as bytes and as base32 text.
 *
 * <p>Excludes the blocks themselves (package {@code car}) and their encoding (package {@code
 * cbor}).
 */
@NullMarked
package dev.millrace.atproto.cid;

import org.jspecify.annotations.NullMarked;
