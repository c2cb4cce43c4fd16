/**
 * Repositories: the signed commit, the operations it says it made, and a whole repository's
 * records.
 *
 * <p>Excludes the tree itself (package {@code mst}) and the files that carry it (package {@code
 * car}).
 */
@NullMarked
package dev.millrace.atproto.repo;

import org.jspecify.annotations.NullMarked;
