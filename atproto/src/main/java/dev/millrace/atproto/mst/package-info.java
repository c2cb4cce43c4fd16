/**
 * Merkle search trees: the sorted map from record path to CID whose root hash a commit signs.
 *
 * <p>Holds reading and validating whole trees, changing trees that may be known in part only, and
 * the blocks that prove a change. Excludes where blocks come from (package {@code car}) and what a
 * commit says about its tree (package {@code repo}).
 */
@NullMarked
package dev.millrace.atproto.mst;

import org.jspecify.annotations.NullMarked;
