/**
 * What the accounts of the simulated network write: records of every collection, valid for their
 * lexicons, made from a random generator and the subjects they are about.
 *
 * <p>Excludes who writes what, and when (package {@code world}).
 */
@NullMarked
package dev.millrace.simulator.record;

import org.jspecify.annotations.NullMarked;
