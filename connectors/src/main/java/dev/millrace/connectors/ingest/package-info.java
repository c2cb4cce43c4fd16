/**
 * What the producers share: reading a host's stream into a bounded queue, cutting it into batches,
 * and the life of a part with its threads.
 *
 * <p>Excludes what frames mean (firehose, labels) and how a batch is written (kafka).
 */
@NullMarked
package dev.millrace.connectors.ingest;

import org.jspecify.annotations.NullMarked;
