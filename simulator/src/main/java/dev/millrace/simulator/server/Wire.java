package dev.millrace.simulator.server;

/** What goes over a stream's connection. */
sealed interface Wire {
  /** A frame. */
  @SuppressWarnings("ArrayRecordComponent") // on its way out, never compared
  record Binary(byte[] frame) implements Wire {}

  /** What no host should send. */
  record Text(String text) implements Wire {}

  /** The connection ends at once. */
  record Cut() implements Wire {}

  /** An error frame, after which the connection ends. */
  record Failure(String error, String message) implements Wire {}

  /** Nothing comes any more. */
  record Silence() implements Wire {}
}
