package dev.millrace.atproto;

/**
 * Data from the network that breaks a rule of the protocol, or a limit of ours.
 *
 * <p>Never thrown for a failure that may pass (a cut connection, a host that is away): asking again
 * for the same bytes gives the same answer. The {@link #reason()} is a short stable word in
 * kebab-case, fit for a metric label; the message says what was wrong where.
 */
public final class BadDataException extends RuntimeException {
  private final String reason;

  public BadDataException(String reason, String message) {
    super(message);
    this.reason = reason;
  }

  public BadDataException(String reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** For example {@code cbor}, {@code block-hash}, {@code signature}, {@code too-big}. */
  public String reason() {
    return reason;
  }
}
