package dev.millrace.atproto.stream;

import dev.millrace.atproto.syntax.Did;
import org.jspecify.annotations.Nullable;

/**
 * {@code #account}: an account's standing at this host.
 *
 * @param status why it is not active: takendown, suspended, deleted, deactivated, desynchronized,
 *     throttled, or a word of the future
 * @param time when the host saw it, as the host wrote it, unchecked
 */
public record AccountMessage(
    long seq, Did did, boolean active, @Nullable String status, String time)
    implements StreamMessage {

  @Override
  public Long cursor() {
    return seq;
  }
}
