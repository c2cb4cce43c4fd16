/**
 * The derived pass: rows that depend on several repos, and so cannot be written by the one who
 * applies a repo's events. What must be derived anew is written into {@code derive_queue} with the
 * base rows; {@link dev.millrace.connectors.sink.derive.Deriver} works it off by rules that know no
 * order of arrival. Counters are not here, they move with the rows.
 */
@NullMarked
package dev.millrace.connectors.sink.derive;

import org.jspecify.annotations.NullMarked;
