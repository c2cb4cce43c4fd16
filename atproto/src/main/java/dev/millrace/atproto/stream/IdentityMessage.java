package dev.millrace.atproto.stream;

import dev.millrace.atproto.syntax.Did;
import org.jspecify.annotations.Nullable;

/**
 * {@code #identity}: an account's DID document or handle may have changed.
 *
 * @param handle what the host believes, unchecked
 * @param time when the host saw it, as the host wrote it, unchecked
 */
public record IdentityMessage(long seq, Did did, @Nullable String handle, String time)
    implements StreamMessage {

  @Override
  public Long cursor() {
    return seq;
  }
}
