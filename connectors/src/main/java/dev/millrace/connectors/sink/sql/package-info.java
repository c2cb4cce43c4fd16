/**
 * Rows in bulk: binary COPY, arrays as tables, and the form in which text and times from the
 * network are stored; the connection of a worker and what its failures ask for. Knows no event and
 * no table of its own.
 */
@NullMarked
package dev.millrace.connectors.sink.sql;

import org.jspecify.annotations.NullMarked;
