package dev.millrace.atproto.xrpc;

import java.time.Duration;

/**
 * How long and how much a host may keep us.
 *
 * @param connectTimeout for each address of the host, TLS included
 * @param silenceTimeout the longest time without a byte
 * @param callTimeout for a whole JSON call: name lookup, redirects and body
 * @param downloadTimeout the same for a download; the reader's own pauses count too
 * @param maxJsonBytes the longest JSON body, decompressed
 * @param maxRedirects hops after the first request
 */
public record HttpLimits(
    Duration connectTimeout,
    Duration silenceTimeout,
    Duration callTimeout,
    Duration downloadTimeout,
    int maxJsonBytes,
    int maxRedirects) {

  /** For the public network. */
  public static final HttpLimits DEFAULT =
      new HttpLimits(
          Duration.ofSeconds(10),
          Duration.ofSeconds(30),
          Duration.ofSeconds(60),
          Duration.ofMinutes(30),
          5 * 1024 * 1024,
          5);

  /** Throws {@code IllegalArgumentException} naming the limit that makes no sense. */
  public HttpLimits {
    positive("connectTimeout", connectTimeout);
    positive("silenceTimeout", silenceTimeout);
    positive("callTimeout", callTimeout);
    positive("downloadTimeout", downloadTimeout);
    if (maxJsonBytes <= 0) {
      throw new IllegalArgumentException("maxJsonBytes must be positive, not " + maxJsonBytes);
    }
    if (maxRedirects < 0) {
      throw new IllegalArgumentException("maxRedirects must not be negative: " + maxRedirects);
    }
  }

  private static void positive(String name, Duration value) {
    if (value.compareTo(Duration.ofMillis(1)) < 0) {
      throw new IllegalArgumentException(name + " must be at least 1 ms, not " + value);
    }
  }
}
