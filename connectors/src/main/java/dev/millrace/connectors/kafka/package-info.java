/**
 * Writing to Kafka so that a cursor never leads its data: one short transaction a batch, a producer
 * that is fenced when it is replaced, and the store of committed cursors.
 *
 * <p>It holds nothing about what the records mean; the streams do.
 */
@NullMarked
package dev.millrace.connectors.kafka;

import org.jspecify.annotations.NullMarked;
