package dev.millrace.atproto.identity;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.syntax.Did;
import dev.millrace.atproto.syntax.Handle;
import dev.millrace.atproto.xrpc.XrpcClient;
import dev.millrace.atproto.xrpc.XrpcException;
import java.net.URI;
import java.util.Locale;
import okhttp3.HttpUrl;

/**
 * Asks the directory for did:plc and the host itself for did:web. Thread-safe, keeps nothing.
 *
 * <pre>
 * did:plc:x                  GET {directory}/did:plc:x
 * did:web:host               GET https://host/.well-known/did.json
 * did:web:localhost%3Aport   GET http://localhost:port/.well-known/did.json   where private hosts are allowed
 * </pre>
 *
 * @see <a href="https://atproto.com/specs/did#blessed-did-methods">the specification</a>
 */
public final class HttpDidResolver implements DidResolver {
  private static final String PLC = "did:plc:";
  private static final String WEB = "did:web:";
  private static final String WELL_KNOWN = "/.well-known/did.json";

  private final XrpcClient directoryClient;
  private final HttpUrl directory;
  private final XrpcClient hostClient;
  private final DirectoryLimits limits;

  /**
   * Asks directory and hosts through one client.
   *
   * @param directory base URL, for example {@code https://plc.directory}
   */
  public HttpDidResolver(XrpcClient client, URI directory) {
    this(client, directory, client);
  }

  /**
   * For a directory in the operator's own network, whose client may then ask private addresses
   * while the one for strangers' hosts may not.
   */
  public HttpDidResolver(XrpcClient directoryClient, URI directory, XrpcClient hostClient) {
    this(directoryClient, directory, hostClient, new DirectoryLimits());
  }

  /**
   * The same within limits that others share.
   *
   * @param limits of the directory, and of each host as that of its own did:web
   */
  public HttpDidResolver(
      XrpcClient directoryClient, URI directory, XrpcClient hostClient, DirectoryLimits limits) {
    HttpUrl url = HttpUrl.get(directory);
    if (url == null) {
      throw new IllegalArgumentException("the directory is no http or https URL: " + directory);
    }
    this.directoryClient = directoryClient;
    this.directory = url;
    this.hostClient = hostClient;
    this.limits = limits;
  }

  @Override
  public DidDocument resolve(Did did) throws DidNotFoundException, XrpcException {
    return fetch(did, false);
  }

  @Override
  public DidDocument refresh(Did did) throws DidNotFoundException, XrpcException {
    return fetch(did, true);
  }

  private DidDocument fetch(Did did, boolean fresh) throws DidNotFoundException, XrpcException {
    try {
      return DidDocument.parse(did, get(did, fresh));
    } catch (XrpcException e) {
      if (e.status() == 404 || e.status() == 410) {
        DidNotFoundException notFound = new DidNotFoundException(did, e.status() == 410);
        notFound.initCause(e);
        throw notFound;
      }
      throw e;
    }
  }

  private JsonNode get(Did did, boolean fresh) throws XrpcException {
    if (did.value().startsWith(PLC)) {
      URI url = directory.newBuilder().addPathSegment(did.value()).build().uri();
      return limits.ask(url, () -> directoryClient.getJson(url, fresh));
    }
    if (did.value().startsWith(WEB)) {
      URI url = webUrl(did);
      return limits.ask(url, () -> hostClient.getJson(url, fresh));
    }
    throw new BadDataException("did-method", "not a method of the protocol: " + did.method());
  }

  private URI webUrl(Did did) {
    String host = did.value().substring(WEB.length());
    String lower = host.toLowerCase(Locale.ROOT);
    if (lower.equals("localhost") || lower.startsWith("localhost%3a")) {
      return localUrl(did, lower.substring("localhost".length()));
    }
    // A domain name as handles have it: no port, no path, no address.
    if (!Handle.isValid(host)) {
      throw new BadDataException("did-method", "did:web of something else than a domain name");
    }
    return URI.create("https://" + host + WELL_KNOWN);
  }

  private URI localUrl(Did did, String encodedPort) {
    String port = encodedPort.replaceFirst("^%3a", ":");
    if (!hostClient.allowsPrivate() || !port.matches("(:[0-9]{1,5})?")) {
      throw new BadDataException("did-method", "not on the public network: " + did);
    }
    return URI.create("http://localhost" + port + WELL_KNOWN);
  }
}
