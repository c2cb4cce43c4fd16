/**
 * What the backfiller still has to fetch: the durable entry, the rules by which wishes for one repo
 * become one entry, and the order in which entries come up. Excludes fetching itself and Kafka.
 */
@NullMarked
package dev.millrace.topology.backfiller.pending;

import org.jspecify.annotations.NullMarked;
