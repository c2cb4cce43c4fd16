/**
 * A labeler's {@code subscribeLabels} to {@code label_live}: only labels that the labeler may make,
 * with a signature that holds.
 *
 * <p>Excludes which labels are in force; the sink decides it by {@code cts}.
 */
@NullMarked
package dev.millrace.connectors.labels;

import org.jspecify.annotations.NullMarked;
