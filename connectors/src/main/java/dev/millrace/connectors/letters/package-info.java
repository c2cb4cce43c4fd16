/** The dead letters as an operator reads, retries and drops them. */
@NullMarked
package dev.millrace.connectors.letters;

import org.jspecify.annotations.NullMarked;
