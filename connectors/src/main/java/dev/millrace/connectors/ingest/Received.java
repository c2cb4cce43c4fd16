package dev.millrace.connectors.ingest;

import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.stream.StreamMessage;

/** What a connection brought, in its order. */
public sealed interface Received extends FrameQueue.Sized {
  byte[] frame();

  @Override
  default int bytes() {
    return frame().length;
  }

  /** A message, with the bytes it was read from. */
  @SuppressWarnings("ArrayRecordComponent") // passed on, never compared
  record Message(StreamMessage message, byte[] frame) implements Received {}

  /** Something that is no message: {@code problem} has the reason. */
  @SuppressWarnings("ArrayRecordComponent") // passed on, never compared
  record Bad(byte[] frame, BadDataException problem) implements Received {}
}
