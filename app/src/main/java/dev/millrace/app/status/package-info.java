/**
 * What is done, what is left and why, read from outside: from the topics, the groups' positions and
 * the backfiller's store as its changelog has it.
 */
@NullMarked
package dev.millrace.app.status;

import org.jspecify.annotations.NullMarked;
