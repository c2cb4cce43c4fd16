/**
 * The network's accounts, their repos and what they do, as a function of a seed: histories, steps
 * of live traffic, labels, and the truth about all of it.
 *
 * <p>Excludes hosts, sockets and faults.
 */
@NullMarked
package dev.millrace.simulator.world;

import org.jspecify.annotations.NullMarked;
