/**
 * The Postgres sink: consumes the topics, applies their events by the rules of convergence, and
 * writes rows and positions in one transaction. Partition ownership, transactions, failures and
 * dead letters are here; what an event means for a repo is in {@code repo}, for a label in {@code
 * label}, which columns a record fills in {@code collection}. It asks no network anything.
 */
@NullMarked
package dev.millrace.connectors.sink;

import org.jspecify.annotations.NullMarked;
