/**
 * One attempt to fetch one repo, from the DID to encoded events, and the limits it runs under.
 * Nothing here runs on a stream thread or knows Kafka Streams; results are handed over through a
 * bounded queue.
 */
@NullMarked
package dev.millrace.topology.backfiller.fetch;

import org.jspecify.annotations.NullMarked;
