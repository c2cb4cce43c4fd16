/** What label events do to rows: which label is in force, whatever order they arrive in. */
@NullMarked
package dev.millrace.connectors.sink.label;

import org.jspecify.annotations.NullMarked;
