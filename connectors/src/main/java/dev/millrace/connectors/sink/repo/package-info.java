/**
 * What repo events do to rows: the rules of convergence, worked out in memory on what a batch
 * touches, and the statements that load and store it. Holds no connection and no consumer of its
 * own.
 */
@NullMarked
package dev.millrace.connectors.sink.repo;

import org.jspecify.annotations.NullMarked;
