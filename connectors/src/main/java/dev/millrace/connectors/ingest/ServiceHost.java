package dev.millrace.connectors.ingest;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/**
 * A relay or labeler as an operator names it.
 *
 * <pre>
 *   given = [ scheme "://" ] name [ ":" port ] [ "/" ]
 *   scheme = "https" | "wss" | "http" | "ws"          (https if none is given)
 * </pre>
 *
 * @param secure https and wss, else http and ws
 * @param name what cursors, events and metrics call it: {@code name[:port]}, lower case, without
 *     the port that the scheme implies
 */
public record ServiceHost(boolean secure, String name) {
  private static final int HTTPS_PORT = 443;
  private static final int HTTP_PORT = 80;

  /**
   * Reads what an operator gave.
   *
   * @throws IllegalArgumentException saying what is wrong with the text and what is allowed
   */
  public static ServiceHost parse(String given) {
    URI uri;
    try {
      uri = new URI(given.contains("://") ? given.strip() : "https://" + given.strip());
    } catch (URISyntaxException e) {
      throw wrong(given, e.getReason());
    }
    boolean secure =
        switch (uri.getScheme().toLowerCase(Locale.ROOT)) {
          case "https", "wss" -> true;
          case "http", "ws" -> false;
          default -> throw wrong(given, "scheme " + uri.getScheme());
        };
    String path = uri.getPath();
    if (uri.getHost() == null) {
      throw wrong(given, "no host name");
    }
    if (uri.getUserInfo() != null
        || uri.getQuery() != null
        || uri.getFragment() != null
        || !(path.isEmpty() || path.equals("/"))) {
      throw wrong(given, "more than a host");
    }
    String host = uri.getHost().toLowerCase(Locale.ROOT);
    int port = uri.getPort();
    boolean isImplied = port < 0 || port == (secure ? HTTPS_PORT : HTTP_PORT);
    return new ServiceHost(secure, isImplied ? host : host + ":" + port);
  }

  /** For example {@code https://bsky.network}. */
  public URI http() {
    return URI.create((secure ? "https://" : "http://") + name);
  }

  /** For example {@code wss://bsky.network}. */
  public URI webSocket() {
    return URI.create((secure ? "wss://" : "ws://") + name);
  }

  @Override
  public String toString() {
    return name;
  }

  private static IllegalArgumentException wrong(String given, String what) {
    return new IllegalArgumentException(
        "'"
            + given
            + "' is not a host ("
            + what
            + "): want name[:port] or a URL with https, wss, http or ws and no path");
  }
}
