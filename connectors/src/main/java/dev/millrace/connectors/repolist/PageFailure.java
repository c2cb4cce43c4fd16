package dev.millrace.connectors.repolist;

import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.xrpc.XrpcException;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Why a page was not to be had.
 *
 * @param status the HTTP status; 0 if there was no whole answer
 * @param body the beginning of the answer's
 * @param retryAfter how long the host asks to be left alone
 * @param isOfThePage whether another page may pass: the host could be reached and did not ask for a
 *     pause
 */
record PageFailure(
    String reason,
    int status,
    String message,
    String body,
    @Nullable Duration retryAfter,
    boolean isOfThePage) {

  private static final Set<String> SILENCE = Set.of("timeout", "cut-body");

  /** Whether the host did not say anything whole: it may be the page, or the host is dead. */
  boolean isSilence() {
    return SILENCE.contains(reason);
  }

  static PageFailure of(XrpcException e) {
    boolean isRefusal = e.status() >= 400 && e.status() != 429 && e.retryAfter() == null;
    return new PageFailure(
        e.reason(),
        e.status(),
        String.valueOf(e.getMessage()),
        e.bodyStart(),
        e.retryAfter(),
        isRefusal || SILENCE.contains(e.reason()));
  }

  static PageFailure of(BadDataException e) {
    return new PageFailure(e.reason(), 0, String.valueOf(e.getMessage()), "", null, true);
  }
}
