package dev.millrace.app.manyhosts;

import com.sun.net.httpserver.HttpServer;
import dev.millrace.simulator.Simulator;
import dev.millrace.simulator.SimulatorOptions;
import dev.millrace.simulator.fault.FaultSpec;
import dev.millrace.simulator.world.Account;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The network: the first host has half of all repos, of the others every third is bad. On an
 * address of its own, so that what else listens on this machine is as private as it is to an
 * operator.
 */
final class Neighbourhood implements AutoCloseable {
  static final String ADDRESS = "127.0.1.1";
  private static final int RECORDS_PER_REPO = 5;

  private final Simulator network;
  private final HttpServer operator;
  private final AtomicInteger operatorWasAsked = new AtomicInteger();
  private final Map<URI, Badness> bad = new LinkedHashMap<>();

  Neighbourhood(int repos, int hosts, long seed) throws IOException {
    operator = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
    operator.createContext(
        "/",
        exchange -> {
          operatorWasAsked.incrementAndGet();
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    operator.start();
    network =
        Simulator.start(
            SimulatorOptions.of(seed, repos)
                .withAddress(ADDRESS)
                .withPdsCount(hosts)
                .withFirstPdsShare(0.5)
                .withRelays(1)
                .withLabelers(0)
                .withRecordsPerRepo(RECORDS_PER_REPO)
                .withBacklog(0));
    spoil();
  }

  private void spoil() {
    URI target = URI.create("http://127.0.0.1:" + operator.getAddress().getPort() + "/");
    List<URI> hosts = network.pdses();
    Iterator<Badness> ways = Stream.generate(() -> Badness.values()).flatMap(Stream::of).iterator();
    for (int i = 3; i < hosts.size(); i += 3) {
      Badness badness = ways.next();
      bad.put(hosts.get(i), badness);
      FaultSpec fault = badness.fault(hosts.get(i), target);
      if (fault == null) {
        network.kill(hosts.get(i));
      } else {
        network.faults().inject(fault);
      }
    }
  }

  Simulator network() {
    return network;
  }

  URI host(Account account) {
    return network.pdses().get(account.pds());
  }

  /** Null for a good one. */
  @Nullable Badness badness(Account account) {
    return bad.get(host(account));
  }

  boolean isGood(Account account) {
    return badness(account) == null;
  }

  int badHosts() {
    return bad.size();
  }

  /** Requests that reached what must not be reached. */
  int operatorWasAsked() {
    return operatorWasAsked.get();
  }

  @Override
  public void close() {
    network.close();
    operator.stop(0);
  }
}
