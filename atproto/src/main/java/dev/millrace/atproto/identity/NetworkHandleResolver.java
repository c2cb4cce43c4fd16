package dev.millrace.atproto.identity;

import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.syntax.Did;
import dev.millrace.atproto.syntax.Handle;
import dev.millrace.atproto.xrpc.XrpcClient;
import dev.millrace.atproto.xrpc.XrpcException;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.ExtendedResolver;
import org.xbill.DNS.Resolver;

/**
 * Asks DNS, and where that names nobody the handle's own host. Thread-safe, keeps nothing.
 *
 * <pre>
 * _atproto.{handle} TXT "did=…"
 * GET https://{handle}/.well-known/atproto-did
 * </pre>
 *
 * Hosts are named by strangers: the client's guard keeps requests off private addresses.
 */
public final class NetworkHandleResolver implements HandleResolver {
  private static final Duration DNS_LIMIT = Duration.ofSeconds(10);
  private static final int MAX_BYTES = 2_048;

  /** Top levels that name nobody on a public network. */
  private static final Set<String> RESERVED =
      Set.of(
          "alt", "arpa", "example", "internal", "invalid", "local", "localhost", "onion", "test");

  private final HandleDns dns;
  private final XrpcClient client;
  private final Function<Handle, URI> wellKnown;

  /** Asks this machine's own DNS resolvers. */
  public NetworkHandleResolver(XrpcClient client) {
    this(
        client,
        new ExtendedResolver(),
        DNS_LIMIT,
        handle -> URI.create("https://" + handle + "/.well-known/atproto-did"));
  }

  NetworkHandleResolver(
      XrpcClient client, Resolver resolver, Duration dnsLimit, Function<Handle, URI> wellKnown) {
    this.dns = new HandleDns(resolver, dnsLimit);
    this.client = client;
    this.wellKnown = wellKnown;
  }

  @Override
  public @Nullable Did resolve(Handle handle) throws XrpcException {
    Handle name = handle.normalized();
    if (RESERVED.contains(topLevel(name))) {
      return null;
    }
    XrpcException noDns = null;
    try {
      Did named = dns.did(name);
      if (named != null) {
        return named;
      }
    } catch (XrpcException e) {
      noDns = e; // the host may still say it
    }
    Did named = atHost(name);
    if (named == null && noDns != null) {
      throw noDns;
    }
    return named;
  }

  private @Nullable Did atHost(Handle name) throws XrpcException {
    try {
      String text = client.getText(wellKnown.apply(name), MAX_BYTES).strip();
      return Did.isValid(text) ? Did.parse(text) : null;
    } catch (BadDataException e) {
      return null; // too long: a page, and no DID
    } catch (XrpcException e) {
      boolean isWithoutHost = "dns".equals(e.reason()) && !dns.hasAddress(name);
      if (isWithoutHost || !e.passing()) {
        return null;
      }
      throw e;
    }
  }

  private static String topLevel(Handle name) {
    return name.value().substring(name.value().lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }
}
