/**
 * Content-addressed archives, CAR v1: blocks by CID, read from a stream, written to one, and held
 * in memory or in a spool file.
 *
 * <p>Excludes the meaning of any block (packages {@code mst} and {@code repo}).
 */
@NullMarked
package dev.millrace.atproto.car;

import org.jspecify.annotations.NullMarked;
