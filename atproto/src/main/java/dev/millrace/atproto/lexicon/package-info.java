/**
 * Whether a record is what its collection's lexicon says: the documents, compiled once, and the
 * check.
 *
 * <p>The verdict equals the one of the AppView ({@code @atproto/bsky} 0.0.275, which asks {@code
 * @atproto/lex-schema} in its strict mode), not the letter of the specification, wherever these
 * differ: a database kept by Millrace holds the same records. Excludes what a record means (the
 * sink's collections) and whether its encoding is canonical (package {@code cbor}).
 */
@NullMarked
package dev.millrace.atproto.lexicon;

import org.jspecify.annotations.NullMarked;
