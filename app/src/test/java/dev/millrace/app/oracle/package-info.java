/**
 * The oracle: the whole pipeline in one process against a simulated network, with faults and kills
 * that a script made from a seed decides on, and the checks that must hold afterwards whatever
 * happened.
 *
 * <p>Excludes single rules, each of which has a test where it is kept.
 */
@NullMarked
package dev.millrace.app.oracle;

import org.jspecify.annotations.NullMarked;
