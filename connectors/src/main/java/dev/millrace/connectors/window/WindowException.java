package dev.millrace.connectors.window;

/** A window cannot be read, or not on; the message says why and what to do. Nothing is lost. */
public final class WindowException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  WindowException(String message) {
    super(message);
  }

  WindowException(String message, Throwable cause) {
    super(message, cause);
  }
}
