package dev.millrace.simulator.server;

import dev.millrace.simulator.world.Account;
import dev.millrace.simulator.world.AccountStatus;
import dev.millrace.simulator.world.World;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * {@code com.atproto.sync.listReposByCollection} of a relay: the DIDs of the active accounts that
 * have a record of a collection, in order, in pages whose cursor is the last DID.
 */
final class CollectionList {
  private final World world;
  private final View view;

  CollectionList(World world, View view) {
    this.world = world;
    this.view = view;
  }

  void serve(Context ctx) {
    String collection = Host.required(ctx, "collection");
    int limit = Host.limit(ctx, 500, 2000);
    String cursor = Objects.requireNonNullElse(ctx.queryParam("cursor"), "");
    List<String> dids =
        world.read(
            () ->
                world.accounts().stream()
                    .filter(account -> view.status(account) == AccountStatus.ACTIVE)
                    .filter(account -> account.collections().contains(collection))
                    .map(Account::did)
                    .map(Object::toString)
                    .filter(did -> did.compareTo(cursor) > 0)
                    .sorted()
                    .limit(limit)
                    .toList());
    List<Object> repos = new ArrayList<>();
    dids.forEach(did -> repos.add(Map.of("did", did)));
    Map<String, Object> body = new LinkedHashMap<>();
    if (dids.size() == limit) {
      body.put("cursor", dids.getLast());
    }
    body.put("repos", repos);
    Host.json(ctx, body);
  }
}
