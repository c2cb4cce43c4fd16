package dev.millrace.atproto.xrpc;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;
import okhttp3.Call;
import org.jspecify.annotations.Nullable;

/** Tells why a call brought no whole answer. */
final class NoAnswer {
  private static final int MAX_DEPTH = 8;

  private NoAnswer() {}

  /** A failure before the answer's head was read. */
  static XrpcException before(Call call, IOException e) {
    String host = call.request().url().host();
    ForbiddenAddressException forbidden = forbidden(e);
    if (forbidden != null) {
      return XrpcException.forbidden(host + ": " + forbidden.getMessage(), e);
    }
    return XrpcException.passing(reason(call, e, "connect"), host + ": " + e.getMessage(), e);
  }

  /** A failure while the body was read. */
  static XrpcException within(Call call, IOException e) {
    String host = call.request().url().host();
    return XrpcException.passing(reason(call, e, "cut-body"), host + ": " + e.getMessage(), e);
  }

  private static String reason(Call call, IOException e, String otherwise) {
    return switch (e) {
      case InterruptedIOException _ when Thread.currentThread().isInterrupted() -> "cancelled";
      case InterruptedIOException _ -> "timeout";
      case IOException _ when call.isCanceled() -> "cancelled";
      case UnknownHostException _ -> "dns";
      case SSLException _ -> "tls";
      default -> otherwise;
    };
  }

  private static @Nullable ForbiddenAddressException forbidden(IOException e) {
    Throwable at = e;
    for (int depth = 0; at != null && depth < MAX_DEPTH; depth++) {
      if (at instanceof ForbiddenAddressException found) {
        return found;
      }
      at = at.getCause();
    }
    return null;
  }
}
