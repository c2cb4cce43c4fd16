/**
 * Rebuilds the database from the topics, or reads a topic again: where to begin, what is emptied,
 * what of the operator's is kept, and what is asked for where the topics no longer reach back.
 * Excludes applying the events, which is the sink's.
 */
@org.jspecify.annotations.NullMarked
package dev.millrace.connectors.replay;
