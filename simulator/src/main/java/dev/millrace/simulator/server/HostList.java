package dev.millrace.simulator.server;

import dev.millrace.simulator.world.World;
import io.javalin.http.Context;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** {@code com.atproto.sync.listHosts} of a relay: the PDSes, in pages. */
final class HostList {
  private final World world;
  private final Supplier<Endpoints> endpoints;

  HostList(World world, Supplier<Endpoints> endpoints) {
    this.world = world;
    this.endpoints = endpoints;
  }

  void serve(Context ctx) {
    int limit = Host.limit(ctx, 200, 1000);
    String cursor = ctx.queryParam("cursor");
    List<URI> pdses = endpoints.get().pdses();
    int index;
    try {
      index = cursor == null ? 0 : Math.max(0, Integer.parseInt(cursor));
    } catch (NumberFormatException e) {
      throw XrpcError.invalid("Malformed cursor");
    }
    List<Object> hosts = new ArrayList<>();
    for (; index < pdses.size() && hosts.size() < limit; index++) {
      hosts.add(host(index, pdses.get(index)));
    }
    Map<String, Object> body = new LinkedHashMap<>();
    if (index < pdses.size()) {
      body.put("cursor", Integer.toString(index));
    }
    body.put("hosts", hosts);
    Host.json(ctx, body);
  }

  private Map<String, Object> host(int index, URI uri) {
    Map<String, Object> host = new LinkedHashMap<>();
    host.put("hostname", uri.getHost() + ":" + uri.getPort());
    host.put("seq", world.streams().pdses().get(index).lastSeq());
    host.put(
        "accountCount",
        world.read(() -> world.accounts().stream().filter(a -> a.pds() == index).count()));
    host.put("status", "active");
    return host;
  }
}
