package dev.millrace.atproto.stream;

import dev.millrace.atproto.BadDataException;

/**
 * Takes what a stream brings, one call at a time, on the connection's reader thread. It may block:
 * nothing more is read meanwhile, and that holds the host back. What it throws ends the stream.
 */
public interface StreamListener {

  /** The host accepted the subscription. */
  default void onConnected() {}

  /**
   * A message arrived; an {@link ErrorMessage} is the last one of its connection.
   *
   * @param frame the bytes it was read from
   */
  void onMessage(StreamMessage message, byte[] frame);

  /**
   * Something arrived that is not a message; the stream goes on.
   *
   * @param frame all of it; of a text its UTF-8
   * @param problem reason "frame" or "too-big"
   */
  void onBadFrame(byte[] frame, BadDataException problem);
}
