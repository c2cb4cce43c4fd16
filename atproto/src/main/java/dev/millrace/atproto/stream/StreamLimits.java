package dev.millrace.atproto.stream;

import java.time.Duration;

/**
 * How long and how much a streaming host may keep us.
 *
 * @param handshake the longest wait for a connection, for its upgrade, and within a message
 * @param silence the longest time without a message; pings do not count
 * @param maxFrameBytes a longer message is handed on as bad data "too-big", unread
 * @param maxUnfinishedBytes what may arrive without a message coming to its end; it is held in
 *     memory, so beyond it the connection is closed
 */
public record StreamLimits(
    Duration handshake, Duration silence, int maxFrameBytes, long maxUnfinishedBytes) {

  /** For a relay; a labeler may well be silent for longer. */
  public static final StreamLimits DEFAULT =
      new StreamLimits(Duration.ofSeconds(20), Duration.ofSeconds(60), 5 << 20, 32L << 20);

  /** Throws {@code IllegalArgumentException} naming the limit that makes no sense. */
  public StreamLimits {
    positive("handshake", handshake);
    positive("silence", silence);
    if (maxFrameBytes < 1) {
      throw new IllegalArgumentException("maxFrameBytes must be positive, not " + maxFrameBytes);
    }
    if (maxUnfinishedBytes < maxFrameBytes) {
      throw new IllegalArgumentException(
          "maxUnfinishedBytes must not be below maxFrameBytes: " + maxUnfinishedBytes);
    }
  }

  private static void positive(String name, Duration value) {
    if (value.compareTo(Duration.ofMillis(1)) < 0) {
      throw new IllegalArgumentException(name + " must be at least 1 ms, not " + value);
    }
  }

  public StreamLimits withSilence(Duration longest) {
    return new StreamLimits(handshake, longest, maxFrameBytes, maxUnfinishedBytes);
  }
}
