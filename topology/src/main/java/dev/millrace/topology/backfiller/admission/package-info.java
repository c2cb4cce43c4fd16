/**
 * How the backfiller stops taking work while enough is in hand, so that the group's lag is the work
 * that is left: the consumer's partitions are held. Excludes what the work is.
 */
@NullMarked
package dev.millrace.topology.backfiller.admission;

import org.jspecify.annotations.NullMarked;
