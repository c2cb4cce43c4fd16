/**
 * What waits to be derived: {@link dev.millrace.connectors.sink.queue.Derivations} are written with
 * the base rows that changed, {@link dev.millrace.connectors.sink.queue.DeriveQueue} gives them to
 * the derived pass.
 */
@NullMarked
package dev.millrace.connectors.sink.queue;

import org.jspecify.annotations.NullMarked;
