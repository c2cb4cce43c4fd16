/**
 * Whether the tables agree with each other: own rows and derived rows with what they are made of,
 * counters with a count. {@link dev.millrace.connectors.sink.verify.Verification} finds what
 * differs, and mends it if asked.
 */
@NullMarked
package dev.millrace.connectors.sink.verify;

import org.jspecify.annotations.NullMarked;
