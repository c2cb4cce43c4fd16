package dev.millrace.simulator.event;

import dev.millrace.atproto.stream.FrameEncoder;
import dev.millrace.atproto.stream.StreamMessage;
import java.util.function.LongFunction;

/**
 * An event before a host has numbered it; all hosts share it. Immutable.
 *
 * @param did whom it is about: the repo, the account, or the labeler
 * @param numbered the message with a host's seq
 */
public record StreamEvent(String did, LongFunction<StreamMessage> numbered) {
  public StreamMessage message(long seq) {
    return numbered.apply(seq);
  }

  /** The frame with a host's seq. */
  public byte[] frame(long seq) {
    return FrameEncoder.encode(message(seq));
  }
}
