package dev.millrace.connectors.identity;

import dev.millrace.atproto.rate.RequestRate;
import dev.millrace.schema.event.CursorKey;
import java.net.URI;
import java.time.Duration;

/**
 * How a directory is mirrored.
 *
 * @param directory base URL, as {@code https://plc.directory}
 * @param pageSize operations a page; directories give no more than 1000
 * @param lookAgain after the end was reached
 * @param rate of pages, beside what the directory bears of all requests together
 * @param firstWait after a failure; doubled by each further one
 * @param longestWait and at most
 */
public record IdentityMirrorOptions(
    URI directory,
    int pageSize,
    Duration lookAgain,
    RequestRate rate,
    Duration firstWait,
    Duration longestWait) {
  /** What a reader of exports may ask of a directory where it says nothing else. */
  public static final RequestRate DEFAULT_RATE = new RequestRate(500, Duration.ofMinutes(5));

  private static final int MOST_PAGE = 1_000;

  public IdentityMirrorOptions {
    if (pageSize < 2 || pageSize > MOST_PAGE) {
      throw new IllegalArgumentException("page size is " + pageSize + ", must be 2 to 1000");
    }
    if (lookAgain.toMillis() < 1
        || firstWait.toMillis() < 1
        || longestWait.compareTo(firstWait) < 0) {
      throw new IllegalArgumentException(
          "waits of %s, from %s to %s: at least 1 ms, the longest not below the first"
              .formatted(lookAgain, firstWait, longestWait));
    }
  }

  /** The defaults. */
  public static IdentityMirrorOptions of(URI directory) {
    return new IdentityMirrorOptions(
        directory,
        MOST_PAGE,
        Duration.ofMinutes(1),
        DEFAULT_RATE,
        Duration.ofMillis(500),
        Duration.ofMinutes(1));
  }

  public IdentityMirrorOptions pageSize(int size) {
    return new IdentityMirrorOptions(directory, size, lookAgain, rate, firstWait, longestWait);
  }

  public IdentityMirrorOptions looking(Duration again, RequestRate pages) {
    return new IdentityMirrorOptions(directory, pageSize, again, pages, firstWait, longestWait);
  }

  public IdentityMirrorOptions waits(Duration first, Duration longest) {
    return new IdentityMirrorOptions(directory, pageSize, lookAgain, rate, first, longest);
  }

  /** The stream: {@code identities:<host>}. */
  public CursorKey stream() {
    return new CursorKey(CursorKey.Stream.IDENTITIES, directory.getRawAuthority());
  }
}
