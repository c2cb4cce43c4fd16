/** How far long work is, said to whoever typed the command. */
@NullMarked
package dev.millrace.app.progress;

import org.jspecify.annotations.NullMarked;
