/**
 * The mirror of a PLC directory: its export to {@code plc_identities}, so that no repo costs a
 * lookup there. Excludes checking handles, which the tracker does, and did:web, of which there is
 * no directory.
 */
@NullMarked
package dev.millrace.connectors.identity;

import org.jspecify.annotations.NullMarked;
