/**
 * Options: their flags, environment variables, defaults and limits, one class a part. Excludes what
 * is done with them.
 */
@NullMarked
package dev.millrace.app.config;

import org.jspecify.annotations.NullMarked;
