/**
 * Repositories: signed commits, the operations they make, whole snapshots out of a CAR, and the
 * proof that one commit of the stream carries.
 *
 * <p>Excludes the shape of the tree (package {@code mst}), the frames of the stream (package {@code
 * stream}) and the content of records.
 */
@NullMarked
package dev.millrace.atproto.repo;

import org.jspecify.annotations.NullMarked;
