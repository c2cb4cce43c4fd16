package dev.millrace.atproto.stream;

import org.jspecify.annotations.Nullable;

/**
 * {@code #info}: a word about the stream itself.
 *
 * @param name {@link #OUTDATED_CURSOR}, or a word of the future
 */
public record InfoMessage(String name, @Nullable String message) implements StreamMessage {
  /** The cursor asked for is older than what the host keeps: there is a gap. */
  public static final String OUTDATED_CURSOR = "OutdatedCursor";

  @Override
  public @Nullable Long cursor() {
    return null;
  }
}
