package dev.millrace.app.run;

import dev.millrace.app.config.HandleOptions;
import dev.millrace.app.config.NetworkOptions;
import dev.millrace.atproto.identity.CachingDidResolver;
import dev.millrace.atproto.identity.DidResolver;
import dev.millrace.atproto.identity.DirectoryLimits;
import dev.millrace.atproto.identity.HandleResolver;
import dev.millrace.atproto.identity.HttpDidResolver;
import dev.millrace.atproto.identity.NetworkHandleResolver;
import dev.millrace.atproto.identity.ServiceHandleResolver;
import dev.millrace.atproto.stream.StreamClient;
import dev.millrace.atproto.stream.StreamLimits;
import dev.millrace.atproto.xrpc.AddressGuard;
import dev.millrace.atproto.xrpc.HttpLimits;
import dev.millrace.atproto.xrpc.XrpcClient;
import java.time.Duration;
import okhttp3.OkHttpClient;

/**
 * The clients that the producers share. Thread-safe.
 *
 * <p>Whom the operator names is trusted as named: over plain http, and at private addresses. Whom a
 * stranger names, in a DID document, is asked at public addresses only, unless allowed otherwise.
 */
public final class NetworkClients implements AutoCloseable {
  private static final Duration LABELER_SILENCE = Duration.ofHours(6);
  private static final long CACHED_IDENTITIES = 200_000;
  private static final Duration KEEP_IDENTITY = Duration.ofHours(1);
  private static final Duration KEEP_NO_IDENTITY = Duration.ofSeconds(30);

  private final XrpcClient named;
  private final XrpcClient strangers;
  private final CachingDidResolver resolver;
  private final StreamClient relays;
  private final StreamClient labelers;

  public NetworkClients(NetworkOptions options) {
    this(options, new DirectoryLimits(options.directories()));
  }

  /** Within limits that others share. */
  NetworkClients(NetworkOptions options, DirectoryLimits directories) {
    AddressGuard anywhere = AddressGuard.of(true);
    named = new XrpcClient(HttpLimits.DEFAULT, anywhere);
    strangers = new XrpcClient(HttpLimits.DEFAULT, AddressGuard.of(options.allowPrivateHosts()));
    resolver =
        new CachingDidResolver(
            new HttpDidResolver(named, options.plc(), strangers, directories),
            CACHED_IDENTITIES,
            KEEP_IDENTITY,
            KEEP_NO_IDENTITY);
    OkHttpClient sockets = anywhere.install(new OkHttpClient.Builder()).build();
    relays = new StreamClient(sockets, StreamLimits.DEFAULT);
    labelers = new StreamClient(sockets, StreamLimits.DEFAULT.withSilence(LABELER_SILENCE));
  }

  /** For hosts that the operator names. */
  public XrpcClient named() {
    return named;
  }

  /** For hosts that strangers name. */
  XrpcClient strangers() {
    return strangers;
  }

  /** For handles that an operator types. */
  public HandleResolver handles(HandleOptions options) {
    return options.resolver() == null
        ? new NetworkHandleResolver(strangers)
        : new ServiceHandleResolver(named, options.resolver());
  }

  public DidResolver resolver() {
    return resolver;
  }

  public StreamClient relays() {
    return relays;
  }

  /** Bears longer silence. */
  StreamClient labelers() {
    return labelers;
  }

  @Override
  public void close() {
    resolver.close();
    named.close();
    strangers.close();
  }
}
