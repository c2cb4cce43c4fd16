package dev.millrace.connectors.kafka;

import dev.millrace.schema.event.CursorKey;

/**
 * Another writer has taken the stream over. Final: the part that sees it must exit, for whatever it
 * would write now is a zombie's (invariant 2).
 */
public final class FencedException extends RuntimeException {
  FencedException(CursorKey stream, String how) {
    super(
        "stream "
            + stream
            + " was taken over by another writer ("
            + how
            + "); this one stops: either a second instance runs for the same host, or its cursor"
            + " was set by hand");
  }
}
