package dev.millrace.atproto.xrpc;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Instant;
import okhttp3.Call;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * A successful answer whose body is still to be read. One thread reads it and closes it; {@link
 * #cancel()} may come from any other.
 */
public final class Download implements AutoCloseable {
  private final Call call;
  private final Response response;
  private final InputStream body;

  Download(Call call, Response response, InputStream body) {
    this.call = call;
    this.response = response;
    this.body = body;
  }

  public int status() {
    return response.code();
  }

  /** The last value of a header, whatever its case. */
  public @Nullable String header(String name) {
    return response.header(name);
  }

  public RateLimit rateLimit() {
    return RateLimit.read(response.headers(), Instant.now());
  }

  /** Where the body came from in the end, redirects followed. */
  public URI url() {
    return response.request().url().uri();
  }

  /**
   * The body, decompressed. It throws {@code BadDataException} "too-big" past the limit, and {@link
   * XrpcException} when it is cut, silent or too slow; one that ends by the mere closing of the
   * connection cannot be told from a cut one.
   */
  public InputStream body() {
    return body;
  }

  /** Makes a blocked read fail at once. */
  public void cancel() {
    call.cancel();
  }

  @Override
  public void close() throws IOException {
    // A body that was not read to its end must not be drained: it may be endless.
    call.cancel();
    response.close();
  }
}
