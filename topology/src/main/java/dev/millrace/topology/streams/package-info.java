/**
 * What both Kafka Streams applications run on: settings, stores, first positions, start and end.
 * Excludes what either of them does.
 */
@NullMarked
package dev.millrace.topology.streams;

import org.jspecify.annotations.NullMarked;
