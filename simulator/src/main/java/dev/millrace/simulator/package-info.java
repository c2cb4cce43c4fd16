/**
 * A local AT network in one JVM, seeded and deterministic: {@link
 * dev.millrace.simulator.Simulator#start} opens it.
 *
 * <p>Excludes everything of Millrace but the protocol itself: the module knows neither Kafka nor
 * Postgres.
 */
@NullMarked
package dev.millrace.simulator;

import org.jspecify.annotations.NullMarked;
