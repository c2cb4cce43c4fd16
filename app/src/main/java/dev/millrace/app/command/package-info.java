/** The commands, one class each. Excludes their options' limits (config) and what parts do. */
@NullMarked
package dev.millrace.app.command;

import org.jspecify.annotations.NullMarked;
