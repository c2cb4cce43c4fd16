/**
 * Faults that tests switch on: what a host does wrong, for whom, and how often it did.
 *
 * <p>Excludes doing them (package {@code server}).
 */
@NullMarked
package dev.millrace.simulator.fault;

import org.jspecify.annotations.NullMarked;
