/**
 * The values on the topics and their JSON. Holds records and their codec only; what an event means
 * for a row or a fetch is decided by the part that reads it.
 */
@org.jspecify.annotations.NullMarked
package dev.millrace.schema.event;
