/**
 * How long to wait before something is tried again.
 *
 * <p>Excludes what is worth trying again: the caller knows.
 */
@NullMarked
package dev.millrace.atproto.retry;

import org.jspecify.annotations.NullMarked;
