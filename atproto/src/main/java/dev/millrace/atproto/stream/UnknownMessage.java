package dev.millrace.atproto.stream;

import org.jspecify.annotations.Nullable;

/**
 * A message of a type that is not known here, well-formed otherwise.
 *
 * @param type the header's {@code t}
 * @param seq its sequence number if it has one, so that cursors can pass it
 * @param body its DAG-CBOR
 */
@SuppressWarnings("ArrayRecordComponent") // a body on its way to one reader, never compared
public record UnknownMessage(String type, @Nullable Long seq, byte[] body)
    implements StreamMessage {

  @Override
  public @Nullable Long cursor() {
    return seq;
  }
}
