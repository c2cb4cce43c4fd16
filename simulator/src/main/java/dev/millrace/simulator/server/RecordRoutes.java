package dev.millrace.simulator.server;

import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.cbor.CborToJson;
import dev.millrace.atproto.cid.Cid;
import dev.millrace.simulator.world.Account;
import dev.millrace.simulator.world.World;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * {@code com.atproto.repo.describeRepo} and {@code listRecords}, and {@code
 * com.atproto.identity.resolveHandle}, as a PDS serves them.
 */
final class RecordRoutes {
  private final World world;
  private final View view;
  private final Function<Account, Map<String, Object>> documents;

  /**
   * @param documents the DID document of an account
   */
  RecordRoutes(World world, View view, Function<Account, Map<String, Object>> documents) {
    this.world = world;
    this.view = view;
    this.documents = documents;
  }

  void add(RoutesConfig routes) {
    routes.get("/xrpc/com.atproto.repo.describeRepo", this::describeRepo);
    routes.get("/xrpc/com.atproto.repo.listRecords", this::listRecords);
    routes.get("/xrpc/com.atproto.identity.resolveHandle", this::resolveHandle);
  }

  private void resolveHandle(Context ctx) {
    String did = world.resolveHandle(Host.required(ctx, "handle"));
    if (did == null) {
      throw XrpcError.invalid("Unable to resolve handle");
    }
    Host.json(ctx, Map.of("did", did));
  }

  private void describeRepo(Context ctx) {
    Host.json(
        ctx,
        available(
            ctx,
            account -> {
              Map<String, Object> body = new LinkedHashMap<>();
              body.put("handle", account.handle());
              body.put("did", account.did().value());
              body.put("didDoc", documents.apply(account));
              body.put("collections", account.collections());
              body.put("handleIsCorrect", true);
              return body;
            }));
  }

  private void listRecords(Context ctx) {
    String collection = Host.required(ctx, "collection");
    int limit = Host.limit(ctx, 50, 100);
    String cursor = ctx.queryParam("cursor");
    boolean reverse = "true".equals(ctx.queryParam("reverse"));
    byte[] body = available(ctx, account -> page(account, collection, limit, cursor, reverse));
    ctx.contentType("application/json; charset=utf-8").result(body);
  }

  /** The newest first; reversed, the oldest. */
  private static byte[] page(
      Account account, String collection, int limit, @Nullable String cursor, boolean reverse) {
    NavigableMap<String, byte[]> all = account.records(collection);
    NavigableMap<String, byte[]> ordered = reverse ? all : all.descendingMap();
    if (cursor != null) {
      String place = collection + "/" + cursor;
      if (place.indexOf('\u007f') >= 0) {
        throw XrpcError.invalid("Malformed cursor");
      }
      ordered = ordered.tailMap(place, false);
    }
    List<String> records = new ArrayList<>();
    String last = null;
    for (Map.Entry<String, byte[]> record : ordered.entrySet()) {
      if (records.size() == limit) {
        break;
      }
      last = record.getKey().substring(collection.length() + 1);
      records.add(json(account.did() + "/" + record.getKey(), record.getValue()));
    }
    String end =
        last != null && records.size() == limit
            ? ",\"cursor\":" + new String(Json.bytes(last), StandardCharsets.UTF_8)
            : "";
    return ("{\"records\":[" + String.join(",", records) + "]" + end + "}")
        .getBytes(StandardCharsets.UTF_8);
  }

  private static String json(String path, byte[] block) {
    return "{\"uri\":\"at://"
        + path
        + "\",\"cid\":\""
        + Cid.dagCbor(block)
        + "\",\"value\":"
        + value(block)
        + "}";
  }

  /** A planted record that cannot be read has no value. */
  private static String value(byte[] block) {
    try {
      return new String(new CborToJson().convert(block), StandardCharsets.UTF_8);
    } catch (BadDataException e) {
      return "null";
    }
  }

  private <T> T available(Context ctx, Function<Account, T> reader) {
    String repo = Host.required(ctx, "repo");
    String did = repo.startsWith("did:") ? repo : world.resolveHandle(repo);
    T body =
        did == null
            ? null
            : world.account(
                did,
                account -> {
                  if (!view.knows(account)) {
                    throw View.notFound(did);
                  }
                  view.requireAvailable(account);
                  return reader.apply(account);
                });
    if (body == null) {
      throw View.notFound(repo);
    }
    return body;
  }
}
