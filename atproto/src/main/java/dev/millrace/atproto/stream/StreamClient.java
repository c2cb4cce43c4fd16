package dev.millrace.atproto.stream;

import dev.millrace.atproto.xrpc.UserAgent;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Executors;
import okhttp3.Dispatcher;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/**
 * Subscribes to event streams. Thread-safe; it has one daemon thread a connection, the reader.
 *
 * <p>Messages are not compressed: a short compressed message may be an endless one. We send no
 * pings of our own, since a reader that is held back could not see their answers.
 */
public final class StreamClient {
  private static final Set<String> SCHEMES = Set.of("ws", "wss", "http", "https");

  private final OkHttpClient client;
  private final StreamLimits limits;

  /**
   * Uses the name lookup, sockets, TLS and interceptors of another client.
   *
   * @param base for strangers' hosts, one with the address guard installed
   */
  public StreamClient(OkHttpClient base, StreamLimits limits) {
    Dispatcher readers =
        new Dispatcher(
            Executors.newThreadPerTaskExecutor(
                Thread.ofPlatform().daemon().name("stream-reader-", 0).factory()));
    readers.setMaxRequests(Integer.MAX_VALUE);
    readers.setMaxRequestsPerHost(Integer.MAX_VALUE);
    this.limits = limits;
    this.client =
        base.newBuilder()
            .dispatcher(readers)
            .connectTimeout(limits.handshake())
            .readTimeout(limits.handshake())
            .callTimeout(Duration.ZERO)
            .pingInterval(Duration.ZERO)
            .build();
  }

  /**
   * Opens a connection and returns at once; whatever happens, also a failure to connect, is told by
   * the listener and the connection's end.
   *
   * @param endpoint with its path, {@code wss://host/xrpc/com.atproto.sync.subscribeRepos}; https
   *     and wss mean the same
   * @param cursor the last sequence number that is safe; 0 asks for all the host keeps, null for
   *     what is new
   * @throws IllegalArgumentException if the endpoint is not such a URI
   */
  public StreamConnection subscribe(URI endpoint, @Nullable Long cursor, StreamListener listener) {
    StreamConnection connection = new StreamConnection(limits, listener);
    Request request =
        new Request.Builder()
            .url(url(endpoint, cursor))
            .header("User-Agent", UserAgent.VALUE)
            .build();
    OkHttpClient metered = client.newBuilder().addInterceptor(connection.meter()).build();
    connection.start(metered.newWebSocket(request, connection.events()));
    return connection;
  }

  private static HttpUrl url(URI endpoint, @Nullable Long cursor) {
    String scheme = endpoint.getScheme();
    if (endpoint.getHost() == null || scheme == null || !SCHEMES.contains(scheme)) {
      throw new IllegalArgumentException("not a ws, wss, http or https URI: " + endpoint);
    }
    String text = endpoint.toString();
    HttpUrl url = HttpUrl.get(scheme.startsWith("ws") ? "http" + text.substring(2) : text);
    return cursor == null
        ? url
        : url.newBuilder().setQueryParameter("cursor", cursor.toString()).build();
  }
}
