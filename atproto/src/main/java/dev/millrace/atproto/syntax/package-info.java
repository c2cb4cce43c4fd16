/**
 * The names of the protocol as value types: each instance is valid, each keeps the text it was read
 * from.
 *
 * <p>Excludes content identifiers (package {@code cid}) and anything that needs the network:
 * whether a handle belongs to a DID is not a question of syntax.
 */
@NullMarked
package dev.millrace.atproto.syntax;

import org.jspecify.annotations.NullMarked;
