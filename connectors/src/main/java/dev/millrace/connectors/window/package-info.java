/**
 * A window of relays' firehoses, read again beside the live stream: where it begins and ends, the
 * stretches that workers read, how fast they may, and where each stands.
 *
 * <p>Excludes what frames mean (firehose) and how a batch is written (kafka).
 */
@NullMarked
package dev.millrace.connectors.window;

import org.jspecify.annotations.NullMarked;
