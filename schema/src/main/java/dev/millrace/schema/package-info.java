/**
 * What crosses a boundary between two parts: topics, events, tables. Holds no part itself: nothing
 * here opens a connection of its own or starts a thread.
 */
@org.jspecify.annotations.NullMarked
package dev.millrace.schema;
