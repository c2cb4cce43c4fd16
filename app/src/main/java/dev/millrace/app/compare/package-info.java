/**
 * Compares what a network holds with what Postgres holds, exactly. Excludes how either came to be.
 */
@NullMarked
package dev.millrace.app.compare;

import org.jspecify.annotations.NullMarked;
