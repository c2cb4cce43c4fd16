package dev.millrace.simulator.server;

/** An answer {@code {"error", "message"}} with a status. */
final class XrpcError extends RuntimeException {
  private final int status;
  private final String error;

  XrpcError(int status, String error, String message) {
    super(message);
    this.status = status;
    this.error = error;
  }

  static XrpcError invalid(String message) {
    return new XrpcError(400, "InvalidRequest", message);
  }

  int status() {
    return status;
  }

  String error() {
    return error;
  }
}
