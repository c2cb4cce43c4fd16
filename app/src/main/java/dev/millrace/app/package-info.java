/**
 * The {@code millrace} command: where it starts, and how it ends. Excludes what the commands do.
 */
@NullMarked
package dev.millrace.app;

import org.jspecify.annotations.NullMarked;
