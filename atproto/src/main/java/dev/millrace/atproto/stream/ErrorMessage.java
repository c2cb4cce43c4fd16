package dev.millrace.atproto.stream;

import org.jspecify.annotations.Nullable;

/**
 * An error frame; the host closes the stream after it.
 *
 * @param error {@link #FUTURE_CURSOR}, {@link #CONSUMER_TOO_SLOW}, or any other name
 */
public record ErrorMessage(String error, @Nullable String message) implements StreamMessage {
  /** The cursor asked for is above all the host has given out. */
  public static final String FUTURE_CURSOR = "FutureCursor";

  /** The host would not keep what the subscriber did not take. */
  public static final String CONSUMER_TOO_SLOW = "ConsumerTooSlow";

  @Override
  public @Nullable Long cursor() {
    return null;
  }
}
