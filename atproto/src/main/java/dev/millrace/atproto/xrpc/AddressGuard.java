package dev.millrace.atproto.xrpc;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.function.Predicate;
import javax.net.SocketFactory;
import okhttp3.Dns;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;

/**
 * Keeps requests off private addresses: hosts come from strangers' DID documents, DNS and redirects
 * (invariant 12). Thread-safe.
 *
 * <p>It stands in three places: before a request ({@link #check}, for the scheme and literal
 * addresses), in the name lookup, and in every socket just before it connects. The last one sees
 * what the others miss: odd spellings of an address, a second DNS answer, a WebSocket.
 */
public final class AddressGuard {
  private final boolean anyScheme;
  private final Predicate<InetAddress> allowed;
  private final Dns dns;

  AddressGuard(boolean anyScheme, Predicate<InetAddress> allowed, Dns dns) {
    this.anyScheme = anyScheme;
    this.allowed = allowed;
    this.dns = dns;
  }

  /**
   * The guard of an operator's choice.
   *
   * @param allowPrivate for local networks: every address, and plain http; otherwise https to
   *     public addresses only
   */
  public static AddressGuard of(boolean allowPrivate) {
    return allowPrivate
        ? new AddressGuard(true, address -> true, Dns.SYSTEM)
        : new AddressGuard(false, PublicAddresses::contains, Dns.SYSTEM);
  }

  /** The guard of a network of its own: plain http, too, and of all addresses only these. */
  public static AddressGuard ofNetwork(Predicate<InetAddress> isPart) {
    return new AddressGuard(true, isPart, Dns.SYSTEM);
  }

  /** Whether plain http and, by that, hosts of a local network are allowed. */
  public boolean allowsPrivate() {
    return anyScheme;
  }

  /**
   * Makes every connection of the client pass this guard. Proxies are switched off: behind one, the
   * addresses could not be seen.
   */
  public OkHttpClient.Builder install(OkHttpClient.Builder client) {
    return client.dns(this::lookup).socketFactory(new GuardedSockets()).proxy(Proxy.NO_PROXY);
  }

  /** Refuses a URL by what can be seen of it without a lookup. */
  public void check(HttpUrl url) throws ForbiddenAddressException {
    if (!anyScheme && !url.isHttps()) {
      throw new ForbiddenAddressException("not https: " + url.scheme() + "://" + url.host());
    }
    if (!url.username().isEmpty() || !url.password().isEmpty()) {
      throw new ForbiddenAddressException("a URL with credentials, of " + url.host());
    }
    if (isLiteral(url.host())) {
      try {
        check(InetAddress.ofLiteral(url.host()));
      } catch (IllegalArgumentException e) {
        throw new ForbiddenAddressException("not an address: " + url.host());
      }
    }
  }

  private void check(InetAddress address) throws ForbiddenAddressException {
    if (!allowed.test(address)) {
      throw new ForbiddenAddressException("not a public address: " + address);
    }
  }

  private List<InetAddress> lookup(String host) throws UnknownHostException {
    List<InetAddress> answers = dns.lookup(host);
    List<InetAddress> usable = answers.stream().filter(allowed).toList();
    if (usable.isEmpty() && !answers.isEmpty()) {
      UnknownHostException refused = new UnknownHostException(host);
      refused.initCause(new ForbiddenAddressException("only private addresses: " + answers));
      throw refused;
    }
    return usable;
  }

  /** What a socket would take for an address without asking DNS: digits and dots, or a colon. */
  private static boolean isLiteral(String host) {
    return host.indexOf(':') >= 0 || host.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
  }

  private final class GuardedSockets extends SocketFactory {
    @Override
    public Socket createSocket() {
      return new Socket() {
        @Override
        public void connect(SocketAddress endpoint, int timeoutMillis) throws IOException {
          if (!(endpoint instanceof InetSocketAddress target) || target.isUnresolved()) {
            throw new ForbiddenAddressException("not a resolved address: " + endpoint);
          }
          check(target.getAddress());
          super.connect(endpoint, timeoutMillis);
        }

        @Override
        public void connect(SocketAddress endpoint) throws IOException {
          connect(endpoint, 0);
        }
      };
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
      return connected(InetAddress.getByName(host), port);
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress from, int fromPort)
        throws IOException {
      return connected(InetAddress.getByName(host), port, from, fromPort);
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
      return connected(host, port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress from, int fromPort)
        throws IOException {
      return connected(host, port, from, fromPort);
    }

    private Socket connected(InetAddress host, int port) throws IOException {
      Socket socket = createSocket();
      socket.connect(new InetSocketAddress(host, port));
      return socket;
    }

    private Socket connected(InetAddress host, int port, InetAddress from, int fromPort)
        throws IOException {
      Socket socket = createSocket();
      socket.bind(new InetSocketAddress(from, fromPort));
      socket.connect(new InetSocketAddress(host, port));
      return socket;
    }
  }
}
