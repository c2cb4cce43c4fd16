/**
 * The hosts on 127.0.0.1: the directory, PDSes, relays and labelers, which serve the world over
 * HTTP and WebSocket and do the faults they are told to.
 *
 * <p>Excludes what is served (package {@code world}).
 */
@NullMarked
package dev.millrace.simulator.server;

import org.jspecify.annotations.NullMarked;
