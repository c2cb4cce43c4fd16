package dev.millrace.atproto.stream;

import java.io.IOException;

/** A host sent more than is held in memory without bringing one message to its end. */
final class UnfinishedMessageException extends IOException {
  private static final long serialVersionUID = 1L;

  UnfinishedMessageException(long bytes) {
    super("more than " + bytes + " bytes without the end of a message");
  }
}
