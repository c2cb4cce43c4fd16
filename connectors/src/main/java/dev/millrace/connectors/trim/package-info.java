/**
 * Deletes what every reader has read and what is older than the replay window. Kafka's own
 * retention is off, so this is the only thing that removes events. Excludes compacted topics and
 * dead letters, which Kafka keeps by itself.
 */
@org.jspecify.annotations.NullMarked
package dev.millrace.connectors.trim;
