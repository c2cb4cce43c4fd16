/**
 * What a network in a directory remembers: what it is a function of, its ports, and how many steps
 * were taken. Nothing else, for the rest follows.
 */
@NullMarked
package dev.millrace.simulator.journal;

import org.jspecify.annotations.NullMarked;
