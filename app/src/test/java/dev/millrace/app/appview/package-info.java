/**
 * Compares what Millrace made of a network with what the AppView's own indexer made of it, row by
 * row, and gives each difference its reason: {@code scripts/compare-indexers}.
 */
@NullMarked
package dev.millrace.app.appview;

import org.jspecify.annotations.NullMarked;
