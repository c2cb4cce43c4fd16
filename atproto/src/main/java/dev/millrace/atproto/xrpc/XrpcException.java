package dev.millrace.atproto.xrpc;

import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A host that refused, failed, or gave no whole answer. */
public final class XrpcException extends IOException {
  private final int status;
  private final @Nullable String error;
  private final @Nullable Duration retryAfter;
  private final String bodyStart;
  private final String reason;
  private final boolean passing;
  private final @Nullable RepoAbsence repoAbsence;

  /**
   * An answer that is not a success.
   *
   * @param status the HTTP status
   * @param error the XRPC error's name, if the body had one
   * @param message the XRPC error's message, or a description
   * @param bodyStart the first characters of the body, for a dead letter
   */
  public XrpcException(
      int status,
      @Nullable String error,
      String message,
      @Nullable Duration retryAfter,
      String bodyStart) {
    super("HTTP " + status + (error == null ? "" : " " + error) + ": " + message);
    this.status = status;
    this.error = error;
    this.retryAfter = retryAfter;
    this.bodyStart = bodyStart;
    this.repoAbsence = RepoAbsence.of(status, error, message);
    this.reason =
        repoAbsence == null
            ? "http-" + status
            : "repo-" + repoAbsence.name().toLowerCase(Locale.ROOT).replace('_', '-');
    this.passing = status >= 500 || status == 429 || status == 408 || status == 425;
  }

  private XrpcException(
      String reason,
      boolean passing,
      String message,
      @Nullable Duration retryAfter,
      @Nullable Throwable cause) {
    super(message, cause);
    this.status = 0;
    this.error = null;
    this.retryAfter = retryAfter;
    this.bodyStart = "";
    this.repoAbsence = null;
    this.reason = reason;
    this.passing = passing;
  }

  /** No answer within the time that was given to it. */
  public static XrpcException timeout(String message, Throwable cause) {
    return passing("timeout", message, cause);
  }

  /** We ourselves gave up waiting. */
  public static XrpcException cancelled(String message, Throwable cause) {
    return passing("cancelled", message, cause);
  }

  /** A name could not be looked up. */
  public static XrpcException dns(String message, Throwable cause) {
    return passing("dns", message, cause);
  }

  /** A service of the operator's own answered with what is no answer. */
  public static XrpcException unusable(String message, Throwable cause) {
    return passing("unusable", message, cause);
  }

  /** Nothing was asked: the host wants to be left alone for so long. */
  public static XrpcException paused(String message, Duration left) {
    return new XrpcException("paused", true, message, left, null);
  }

  /** Nothing was asked: too many others wait to ask the same host. */
  public static XrpcException busy(String message) {
    return new XrpcException("busy", true, message, null, null);
  }

  static XrpcException passing(String reason, String message, Throwable cause) {
    return new XrpcException(reason, true, message, null, cause);
  }

  static XrpcException forbidden(String message, Throwable cause) {
    return new XrpcException("forbidden-address", false, message, null, cause);
  }

  /** The HTTP status; 0 if there was no whole answer. */
  public int status() {
    return status;
  }

  /** The XRPC error's name as the host wrote it, up to 64 characters. */
  public @Nullable String error() {
    return error;
  }

  /** How long the host asks to be left alone, from 0 to a day. */
  public @Nullable Duration retryAfter() {
    return retryAfter;
  }

  /** Up to 512 characters of the body, without control characters. */
  public String bodyStart() {
    return bodyStart;
  }

  /** Why the host does not give out the repo that was asked for, if it said so. */
  public @Nullable RepoAbsence repoAbsence() {
    return repoAbsence;
  }

  /**
   * A short stable metric label: {@code http-503}, {@code repo-not-found}, {@code timeout}, {@code
   * dns}, {@code connect}, {@code tls}, {@code cut-body}, {@code redirects}, {@code cancelled},
   * {@code forbidden-address}, {@code paused}, {@code busy}.
   */
  public String reason() {
    return reason;
  }

  /**
   * Whether asking again later may help: timeouts, connections, 408, 425, 429 and 5xx. What is not
   * passing is final for now.
   */
  public boolean passing() {
    return passing;
  }
}
