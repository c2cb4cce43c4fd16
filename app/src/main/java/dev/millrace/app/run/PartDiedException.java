package dev.millrace.app.run;

/** A part of this process stopped by itself. */
public final class PartDiedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  PartDiedException(String part, Throwable cause) {
    super(
        "%s stopped: %s"
            .formatted(part, cause.getMessage() == null ? cause.toString() : cause.getMessage()),
        cause);
  }
}
