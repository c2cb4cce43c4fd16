package dev.millrace.atproto.xrpc;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.atproto.BadDataException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.ConnectionPool;
import okhttp3.Dispatcher;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Asks hosts, within limits. One for the whole process: it holds the connections. Thread-safe; each
 * call runs on its caller's thread, is bounded by the limits alone (no queue before it), and ends
 * early when a virtual thread is interrupted or the client is closed.
 *
 * <p>All failures are {@link XrpcException}, or {@link BadDataException} for an answer that is no
 * JSON ("json") or too long ("too-big").
 */
public final class XrpcClient implements AutoCloseable {

  private static final Headers ANY = Headers.of("Accept", "*/*");
  private static final Headers AS_JSON = Headers.of("Accept", "application/json");
  private static final Headers FRESH_JSON =
      Headers.of("Accept", "application/json", "Cache-Control", "no-cache");

  private final HttpLimits limits;
  private final AddressGuard guard;
  private final OkHttpClient http;

  public XrpcClient(HttpLimits limits, AddressGuard guard) {
    this.limits = limits;
    this.guard = guard;
    Dispatcher unthrottled = new Dispatcher();
    unthrottled.setMaxRequests(Integer.MAX_VALUE);
    unthrottled.setMaxRequestsPerHost(Integer.MAX_VALUE);
    this.http =
        guard
            .install(new OkHttpClient.Builder())
            .dispatcher(unthrottled)
            .connectionPool(new ConnectionPool(64, 1, TimeUnit.MINUTES))
            // One connection a download: what a slow reader leaves unread stays with the sender.
            .protocols(List.of(Protocol.HTTP_1_1))
            .followRedirects(false)
            .followSslRedirects(false)
            .connectTimeout(limits.connectTimeout())
            .readTimeout(limits.silenceTimeout())
            .writeTimeout(limits.silenceTimeout())
            .build();
  }

  /** Whether plain http and private addresses are allowed. */
  public boolean allowsPrivate() {
    return guard.allowsPrivate();
  }

  /**
   * An XRPC query that answers with JSON.
   *
   * @param service the host's base URL; a path in it is ignored
   */
  public JsonNode get(URI service, String nsid, Map<String, String> params) throws XrpcException {
    return json(xrpc(service, nsid, params), false);
  }

  /**
   * Any JSON document, such as a DID document.
   *
   * @param fresh asks the caches on the way not to answer in the host's place
   */
  public JsonNode getJson(URI url, boolean fresh) throws XrpcException {
    return json(url(url), fresh);
  }

  /**
   * An XRPC query whose body is read by the caller, who closes it.
   *
   * @param maxBytes of the decompressed body
   */
  public Download download(URI service, String nsid, Map<String, String> params, long maxBytes)
      throws XrpcException {
    return open(xrpc(service, nsid, params), limits.downloadTimeout(), ANY, maxBytes);
  }

  /** Ends all calls under way. */
  @Override
  public void close() {
    http.dispatcher().cancelAll();
    http.dispatcher().executorService().shutdown();
    http.connectionPool().evictAll();
  }

  /** Any short text, in UTF-8: what is longer is {@link BadDataException} "too-big". */
  public String getText(URI url, int maxBytes) throws XrpcException {
    return new String(body(url(url), ANY, maxBytes), StandardCharsets.UTF_8);
  }

  private byte[] body(HttpUrl url, Headers headers, int maxBytes) throws XrpcException {
    try (Download download = open(url, limits.callTimeout(), headers, maxBytes)) {
      return download.body().readAllBytes();
    } catch (XrpcException e) {
      throw e;
    } catch (IOException e) {
      throw XrpcException.passing("cut-body", url.host() + ": " + e.getMessage(), e);
    }
  }

  private JsonNode json(HttpUrl url, boolean fresh) throws XrpcException {
    return JsonBody.read(
        body(url, fresh ? FRESH_JSON : AS_JSON, limits.maxJsonBytes()), url.host());
  }

  private Download open(HttpUrl first, Duration timeout, Headers headers, long maxBytes)
      throws XrpcException {
    long deadline = System.nanoTime() + timeout.toNanos();
    HttpUrl url = first;
    for (int hops = 0; ; hops++) {
      Call call = http.newCall(request(url, headers));
      call.timeout().timeout(Math.max(1, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
      Response response = execute(call);
      HttpUrl next = redirectTarget(response);
      if (next == null) {
        return success(call, response, maxBytes);
      }
      response.close();
      if (hops == limits.maxRedirects()) {
        throw XrpcException.passing(
            "redirects",
            first.host() + ": more than " + hops + " redirects",
            new IOException("the last to " + next.host()));
      }
      url = next;
    }
  }

  private Request request(HttpUrl url, Headers headers) throws XrpcException {
    try {
      guard.check(url);
    } catch (ForbiddenAddressException e) {
      throw XrpcException.forbidden(url.host() + ": " + e.getMessage(), e);
    }
    return new Request.Builder()
        .url(url)
        .headers(headers)
        .header("User-Agent", UserAgent.VALUE)
        .build();
  }

  private static Response execute(Call call) throws XrpcException {
    try {
      return call.execute();
    } catch (IOException e) {
      throw NoAnswer.before(call, e);
    }
  }

  private static @Nullable HttpUrl redirectTarget(Response response) {
    String location = response.header("Location");
    return switch (response.code()) {
      case 301, 302, 303, 307, 308 ->
          location == null ? null : response.request().url().resolve(location);
      default -> null;
    };
  }

  private Download success(Call call, Response response, long maxBytes) throws XrpcException {
    if (!response.isSuccessful()) {
      try {
        throw ErrorBody.read(response);
      } finally {
        response.close();
      }
    }
    if (response.body().contentLength() > maxBytes) {
      response.close();
      throw BoundedBody.tooBig(maxBytes);
    }
    InputStream body =
        new BoundedBody(response.body().byteStream(), maxBytes, e -> NoAnswer.within(call, e));
    return new Download(call, response, body);
  }

  private static HttpUrl xrpc(URI service, String nsid, Map<String, String> params) {
    HttpUrl.Builder url = url(service).newBuilder().encodedPath("/xrpc/").query(null);
    url.addPathSegment(nsid);
    params.forEach(url::addQueryParameter);
    return url.fragment(null).build();
  }

  private static HttpUrl url(URI uri) {
    HttpUrl url = HttpUrl.get(uri);
    if (url == null) {
      throw new BadDataException("url", "not an http or https URL: " + uri);
    }
    return url;
  }
}
