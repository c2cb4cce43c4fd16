package dev.millrace.simulator;

import dev.millrace.simulator.event.EventLog;
import dev.millrace.simulator.fault.Fault;
import dev.millrace.simulator.fault.FaultKind;
import dev.millrace.simulator.fault.FaultSpec;
import dev.millrace.simulator.fault.Faults;
import dev.millrace.simulator.journal.Journal;
import dev.millrace.simulator.record.BrokenRecords;
import dev.millrace.simulator.record.Collections;
import dev.millrace.simulator.server.Endpoints;
import dev.millrace.simulator.server.Hosts;
import dev.millrace.simulator.world.World;
import dev.millrace.simulator.world.WorldOptions;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * An AT network in this JVM: a PLC directory, PDSes, relays and labelers on 127.0.0.1, around a
 * {@link World} that is a function of its options.
 *
 * <p>Thread-safe. Live traffic begins paused: {@link Traffic#resume} starts it, or {@link
 * World#step()} takes steps one by one.
 */
public final class Simulator implements AutoCloseable {
  private static final Duration HEADROOM = Duration.ofHours(1);
  private static final String START = "start";
  private static final String PORTS = "ports";

  private final @Nullable Journal journal;
  private final World world;
  private final Faults faults;
  private final Hosts hosts;
  private final Traffic traffic;

  private Simulator(
      @Nullable Journal journal, World world, Faults faults, Hosts hosts, Traffic traffic) {
    this.journal = journal;
    this.world = world;
    this.faults = faults;
    this.hosts = hosts;
    this.traffic = traffic;
  }

  /**
   * Makes the network, or the one that the directory remembers, and opens its hosts.
   *
   * @throws IllegalArgumentException if the directory holds another network; the message says how
   *     it differs
   */
  public static Simulator start(SimulatorOptions options) {
    Path data = options.data();
    Journal journal = data == null ? null : Journal.open(data);
    try {
      return start(options, journal);
    } catch (RuntimeException e) {
      if (journal != null) {
        journal.close();
      }
      throw e;
    }
  }

  private static Simulator start(SimulatorOptions options, @Nullable Journal journal) {
    Instant start = startOf(options, journal);
    WorldOptions worldOptions = worldOptions(options, start);
    World world;
    Deque<Integer> ports = new ArrayDeque<>();
    if (journal == null) {
      world = World.create(worldOptions, 0, step -> {});
    } else {
      journal.require(identity(worldOptions));
      world = World.create(worldOptions, journal.steps(), journal::steps);
      String remembered = journal.get(PORTS);
      if (remembered != null) {
        List.of(remembered.split(",")).forEach(port -> ports.add(Integer.valueOf(port)));
      }
    }
    Faults faults = new Faults();
    Hosts hosts = Hosts.open(world, faults, options.address(), ports(ports, options.basePort()));
    if (journal != null) {
      journal.put(Map.of(PORTS, String.join(",", portsOf(hosts.endpoints()))));
    }
    return new Simulator(journal, world, faults, hosts, new Traffic(world));
  }

  private static Instant startOf(SimulatorOptions options, @Nullable Journal journal) {
    String remembered = journal == null ? null : journal.get(START);
    if (remembered != null && options.start() == null) {
      return Instant.parse(remembered);
    }
    Instant start = options.start() == null ? Instant.now().minus(HEADROOM) : options.start();
    return Instant.ofEpochMilli(start.toEpochMilli());
  }

  private static WorldOptions worldOptions(SimulatorOptions options, Instant start) {
    return new WorldOptions(
        options.seed(),
        options.repos(),
        options.pdsCount(),
        options.firstPdsShare(),
        options.relays(),
        options.labelers(),
        options.recordsPerRepo(),
        options.largestRepo(),
        options.backlog(),
        options.history(),
        options.retention(),
        start,
        options.interval(),
        options.without());
  }

  /** All that the network is a function of. */
  private static Map<String, String> identity(WorldOptions options) {
    Map<String, String> identity = new LinkedHashMap<>();
    identity.put("seed", Long.toString(options.seed()));
    identity.put("repos", Integer.toString(options.repos()));
    identity.put("pdsCount", Integer.toString(options.pdsCount()));
    if (options.firstPdsShare() >= 0) {
      identity.put("firstPdsShare", Double.toString(options.firstPdsShare()));
    }
    identity.put("relays", Integer.toString(options.relays()));
    identity.put("labelers", Integer.toString(options.labelers()));
    identity.put("recordsPerRepo", Integer.toString(options.recordsPerRepo()));
    identity.put("largestRepo", Integer.toString(options.largestRepo()));
    identity.put("backlog", Integer.toString(options.backlog()));
    if (!options.history().equals(Duration.ofDays(1))) {
      identity.put("history", options.history().toString());
    }
    identity.put("retention", Integer.toString(options.retention()));
    identity.put(START, options.start().toString());
    identity.put("interval", options.interval().toString());
    identity.put("without", new TreeSet<>(options.without()).toString());
    return identity;
  }

  private static IntSupplier ports(Deque<Integer> remembered, int basePort) {
    int[] next = {basePort};
    return () -> {
      Integer known = remembered.poll();
      if (known != null) {
        return known;
      }
      return basePort == 0 ? 0 : next[0]++;
    };
  }

  /** In the order in which the hosts ask for them. */
  private static List<String> portsOf(Endpoints endpoints) {
    List<URI> all = new ArrayList<>(endpoints.relays());
    all.addAll(endpoints.labelers());
    all.addAll(endpoints.pdses());
    all.add(endpoints.plc());
    return all.stream().map(uri -> Integer.toString(uri.getPort())).toList();
  }

  /** The directory: {@code http://address:port}, as all the others. */
  public URI plc() {
    return hosts.endpoints().plc();
  }

  public List<URI> relays() {
    return hosts.endpoints().relays();
  }

  public List<URI> labelers() {
    return hosts.endpoints().labelers();
  }

  public List<URI> pdses() {
    return hosts.endpoints().pdses();
  }

  public World world() {
    return world;
  }

  public Traffic traffic() {
    return traffic;
  }

  public Faults faults() {
    return faults;
  }

  /**
   * The number of the newest event on a host's stream: a consumer that has it has everything, while
   * no step is taken.
   */
  public long lastSeq(URI host) {
    Endpoints known = hosts.endpoints();
    for (LogsOf logs :
        List.of(
            new LogsOf(known.relays(), world.streams().relays()),
            new LogsOf(known.labelers(), world.streams().labelers()),
            new LogsOf(known.pdses(), world.streams().pdses()))) {
      int index = logs.hosts().indexOf(host);
      if (index >= 0) {
        return logs.logs().get(index).lastSeq();
      }
    }
    throw new IllegalArgumentException("no host with a stream: " + host);
  }

  private record LogsOf(List<URI> hosts, List<EventLog> logs) {}

  /** Takes a host off the network, for good: nobody listens at its port any more. */
  public void kill(URI host) {
    hosts.kill(host);
  }

  /** How often a host was asked for repos within the busiest time of this length. */
  public long mostFetches(URI host, Duration window) {
    return hosts.mostFetches(host, window);
  }

  /** How often the directory was asked for the document of a DID; its export does not count. */
  public long documentsAsked() {
    return hosts.documentsAsked();
  }

  /**
   * Puts a broken record into a repo, in a commit that is valid otherwise: a post with this key. It
   * is part of the truth. The fault counts the commits and whole repos that went out with it.
   */
  public Fault plant(BrokenRecords broken, String did, String rkey) {
    String collection = Collections.POST;
    Fault fault =
        faults.inject(
            FaultSpec.of(FaultKind.PLANTED_RECORD)
                .forDid(did)
                .text(collection + "/" + rkey)
                .always());
    world.direct().put(did, collection, rkey, broken.block("2026-01-01T00:00:00.000Z"));
    return fault;
  }

  /** Ends the traffic and closes all hosts. A directory can then be opened again. */
  @Override
  public void close() {
    traffic.close();
    hosts.close();
    if (journal != null) {
      journal.close();
    }
  }
}
