package dev.millrace.simulator.server;

import dev.millrace.simulator.fault.Fault;
import dev.millrace.simulator.fault.FaultKind;
import dev.millrace.simulator.world.Account;
import dev.millrace.simulator.world.AccountStatus;
import dev.millrace.simulator.world.World;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** {@code com.atproto.sync.*} over HTTP, as a PDS or a relay serves it; getRepo aside. */
final class SyncRoutes {
  private static final String XRPC = "/xrpc/com.atproto.sync.";
  private static final String LIST_REPOS = "com.atproto.sync.listRepos";

  private final World world;
  private final View view;
  private final ListCursor cursors;

  SyncRoutes(World world, View view, ListCursor cursors) {
    this.world = world;
    this.view = view;
    this.cursors = cursors;
  }

  void add(RoutesConfig routes, Host host) {
    routes.get(XRPC + "listRepos", ctx -> listRepos(ctx, host));
    routes.get(XRPC + "getRepoStatus", this::getRepoStatus);
    routes.get(XRPC + "getLatestCommit", this::getLatestCommit);
  }

  private void listRepos(Context ctx, Host host) {
    int limit = Host.limit(ctx, 500, 1000);
    String cursor = ctx.queryParam("cursor");
    Map<String, Object> body =
        world.read(
            () -> {
              List<Account> accounts = world.accounts();
              List<Object> repos = new ArrayList<>();
              int index = cursor == null ? 0 : cursors.next(cursor, world);
              Account last = null;
              for (; index < accounts.size() && repos.size() < limit; index++) {
                Account account = accounts.get(index);
                if (view.knows(account)) {
                  repos.add(listed(account, host));
                  last = account;
                }
              }
              Map<String, Object> page = new LinkedHashMap<>();
              if (last != null && repos.size() == limit) {
                page.put("cursor", cursors.after(last));
              }
              page.put("repos", repos);
              return page;
            });
    Host.json(ctx, body);
  }

  private Map<String, Object> listed(Account account, Host host) {
    String did = account.did().value();
    Fault bad = host.faults().onRequest(FaultKind.BAD_PAGE, host.uri(), LIST_REPOS, did);
    if (bad != null) {
      throw new XrpcError(bad.spec().status(), "InternalServerError", "Internal Server Error");
    }
    Map<String, Object> repo = new LinkedHashMap<>();
    repo.put("did", did);
    repo.put("head", account.head().toString());
    repo.put("rev", account.rev());
    repo.putAll(view.standing(account));
    Fault fault = host.faults().onRequest(FaultKind.LISTED_STATUS, host.uri(), LIST_REPOS, did);
    if (fault != null) {
      repo.put("active", false);
      repo.put("status", fault.spec().text());
    }
    return repo;
  }

  private void getRepoStatus(Context ctx) {
    Host.json(
        ctx,
        known(
            ctx,
            account -> {
              Map<String, Object> status = new LinkedHashMap<>();
              status.put("did", account.did().value());
              status.putAll(view.standing(account));
              if (view.status(account) == AccountStatus.ACTIVE) {
                status.put("rev", account.rev());
              }
              return status;
            }));
  }

  private void getLatestCommit(Context ctx) {
    Host.json(
        ctx,
        known(
            ctx,
            account -> {
              view.requireAvailable(account);
              return Map.of("cid", account.head().toString(), "rev", account.rev());
            }));
  }

  private Map<String, Object> known(Context ctx, Function<Account, Map<String, Object>> reader) {
    String did = Host.required(ctx, "did");
    Map<String, Object> body =
        world.account(did, account -> view.knows(account) ? reader.apply(account) : Map.of());
    if (body == null || body.isEmpty()) {
      throw View.notFound(did);
    }
    return body;
  }
}
