/**
 * What the sink promises of delivery, each promise an object that watches from outside (the
 * database, the broker) while the sink is under load, rebalanced and restarted. Excludes how the
 * sink keeps them.
 */
@org.jspecify.annotations.NullMarked
package dev.millrace.connectors.sink.guarantee;
