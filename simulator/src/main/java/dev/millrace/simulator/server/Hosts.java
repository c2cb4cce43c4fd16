package dev.millrace.simulator.server;

import dev.millrace.simulator.event.EventLog;
import dev.millrace.simulator.fault.Faults;
import dev.millrace.simulator.world.World;
import io.javalin.config.RoutesConfig;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** All hosts of a network. */
public final class Hosts implements AutoCloseable {
  private static final String SUBSCRIBE_REPOS = "com.atproto.sync.subscribeRepos";
  private static final String SUBSCRIBE_LABELS = "com.atproto.label.subscribeLabels";

  private final World world;
  private final Faults faults;
  private final String address;
  private final PlcRoutes plc;
  private final List<Host> open = new ArrayList<>();
  private final AtomicReference<@Nullable Endpoints> endpoints = new AtomicReference<>();

  private Hosts(World world, Faults faults, String address) {
    this.world = world;
    this.faults = faults;
    this.address = address;
    this.plc = new PlcRoutes(world, this::endpoints);
  }

  /**
   * Opens all hosts.
   *
   * @param address where they listen
   * @param ports asked for each host's port in the order relays, labelers, PDSes, directory; 0 is a
   *     free one
   */
  public static Hosts open(World world, Faults faults, String address, IntSupplier ports) {
    Hosts hosts = new Hosts(world, faults, address);
    try {
      hosts.open(ports);
      return hosts;
    } catch (RuntimeException e) {
      hosts.close();
      throw e;
    }
  }

  private void open(IntSupplier ports) {
    List<URI> relays = new ArrayList<>();
    for (EventLog log : world.streams().relays()) {
      ListCursor cursors = relays.isEmpty() ? ListCursor.NUMBER : ListCursor.TIME_AND_DID;
      relays.add(relay(ports.getAsInt(), log, cursors));
    }
    List<URI> labelers = new ArrayList<>();
    for (EventLog log : world.streams().labelers()) {
      labelers.add(
          open(ports.getAsInt(), (r, host) -> new StreamRoute(log).add(r, SUBSCRIBE_LABELS, host)));
    }
    List<URI> pdses = new ArrayList<>();
    for (EventLog log : world.streams().pdses()) {
      pdses.add(pds(ports.getAsInt(), pdses.size(), log));
    }
    URI directory = open(ports.getAsInt(), plc::add);
    endpoints.set(
        new Endpoints(directory, List.copyOf(relays), List.copyOf(labelers), List.copyOf(pdses)));
  }

  private URI relay(int port, EventLog log, ListCursor cursors) {
    View view = new View(View.RELAY);
    return open(
        port,
        (routes, host) -> {
          new StreamRoute(log).add(routes, SUBSCRIBE_REPOS, host);
          new SyncRoutes(world, view, cursors).add(routes, host);
          GetRepo getRepo = new GetRepo(world, view);
          routes.get("/xrpc/" + GetRepo.NSID, ctx -> getRepo.serve(ctx, host));
          HostList list = new HostList(world, this::endpoints);
          routes.get("/xrpc/com.atproto.sync.listHosts", list::serve);
          CollectionList byCollection = new CollectionList(world, view);
          routes.get("/xrpc/com.atproto.sync.listReposByCollection", byCollection::serve);
        });
  }

  private URI pds(int port, int index, EventLog log) {
    View view = new View(index);
    return open(
        port,
        (routes, host) -> {
          new StreamRoute(log).add(routes, SUBSCRIBE_REPOS, host);
          new SyncRoutes(world, view, ListCursor.TIME_AND_DID).add(routes, host);
          GetRepo getRepo = new GetRepo(world, view);
          routes.get("/xrpc/" + GetRepo.NSID, ctx -> getRepo.serve(ctx, host));
          new RecordRoutes(world, view, plc::document).add(routes);
        });
  }

  private URI open(int port, BiConsumer<RoutesConfig, Host> routes) {
    Host host = new Host(address, port, faults, routes);
    open.add(host);
    return host.uri();
  }

  /** Closes one of them. */
  public void kill(URI uri) {
    host(uri).close();
  }

  /** How many requests for repos came to a host within the busiest time of this length. */
  public long mostFetches(URI uri, Duration window) {
    return host(uri).fetches().most(window);
  }

  /** How often the directory was asked for the document of a DID. */
  public long documentsAsked() {
    return plc.documentsAsked();
  }

  private Host host(URI uri) {
    return open.stream()
        .filter(host -> host.uri().equals(uri))
        .findAny()
        .orElseThrow(() -> new IllegalArgumentException("no host of the network: " + uri));
  }

  /** Where they are. */
  public Endpoints endpoints() {
    Endpoints known = endpoints.get();
    if (known == null) {
      throw new XrpcError(503, "NotReady", "the network is starting");
    }
    return known;
  }

  @Override
  public void close() {
    for (Host host : open.reversed()) {
      host.close();
    }
  }
}
