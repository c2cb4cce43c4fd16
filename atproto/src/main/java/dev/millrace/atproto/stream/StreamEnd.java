package dev.millrace.atproto.stream;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Why a connection ended.
 *
 * @param detail one line for a log
 * @param retryAfter how long the host asked to be left alone
 * @param cause what was thrown, of {@link Reason#FAILED}, {@link Reason#UNFINISHED} and {@link
 *     Reason#LISTENER}
 */
public record StreamEnd(
    Reason reason,
    String detail,
    @Nullable ErrorMessage error,
    @Nullable Duration retryAfter,
    @Nullable Throwable cause) {

  /** The kinds of ends; in lower case, the label of a metric. */
  public enum Reason {
    /** We closed it. */
    STOPPED,
    /** The host closed it. */
    CLOSED,
    /** The host sent an error frame, which is in {@code error}. */
    ERROR_FRAME,
    /** The host answered the request with another status than 101. */
    REFUSED,
    /** No message for too long. */
    SILENT,
    /** Too many bytes without a message coming to its end. */
    UNFINISHED,
    /** The connection could not be made, or broke. */
    FAILED,
    /** The listener threw. */
    LISTENER
  }

  static StreamEnd of(Reason reason, String detail) {
    return new StreamEnd(reason, detail, null, null, null);
  }

  static StreamEnd thrown(Reason reason, Throwable cause) {
    return new StreamEnd(reason, cause.toString(), null, null, cause);
  }
}
