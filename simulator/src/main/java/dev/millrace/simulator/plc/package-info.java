/**
 * Operations of the did:plc method: signed, chained by CID, the first of them naming the DID.
 *
 * <p>Excludes the directory that serves them (package {@code server}).
 */
@NullMarked
package dev.millrace.simulator.plc;

import org.jspecify.annotations.NullMarked;
