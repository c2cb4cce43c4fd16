package dev.millrace.simulator.server;

import dev.millrace.simulator.fault.FaultKind;
import dev.millrace.simulator.plc.PlcOperation;
import dev.millrace.simulator.world.Account;
import dev.millrace.simulator.world.AccountStatus;
import dev.millrace.simulator.world.Identity;
import dev.millrace.simulator.world.World;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The directory: {@code /{did}}, {@code /{did}/data}, {@code /{did}/log}, {@code
 * /export?after=&count=}. The first operation of each DID names hosts that are nowhere, so that the
 * DID depends on no port; the second, a millisecond later, the real ones.
 */
final class PlcRoutes {
  private static final int MOST_EXPORTED = 1000;

  private final World world;
  private final Supplier<Endpoints> endpoints;

  PlcRoutes(World world, Supplier<Endpoints> endpoints) {
    this.world = world;
    this.endpoints = endpoints;
  }

  void add(RoutesConfig routes, Host host) {
    routes.get("/export", this::export);
    routes.get("/{did}", ctx -> about(ctx, host, this::document));
    routes.get("/{did}/data", ctx -> about(ctx, host, this::data));
    routes.get("/{did}/log", ctx -> about(ctx, host, this::log));
  }

  private interface View {
    Object of(Account account);
  }

  private void about(Context ctx, Host host, View view) {
    String did = ctx.pathParam("did");
    boolean hidden = host.faults().onRequest(FaultKind.NO_DOCUMENT, host.uri(), null, did) != null;
    Object body =
        hidden
            ? null
            : world.account(
                did,
                account -> account.status() == AccountStatus.DELETED ? "gone" : view.of(account));
    if (body == null) {
      Host.json(ctx.status(404), Map.of("message", "DID not registered: " + did));
    } else if (body.equals("gone")) {
      Host.json(ctx.status(410), Map.of("message", "DID not available: " + did));
    } else {
      Host.json(ctx, body);
    }
  }

  private PlcOperation.State state(Account account, Identity identity) {
    Endpoints hosts = endpoints.get();
    boolean labeler = account.labelKey() != null;
    return new PlcOperation.State(
        identity.handle(),
        hosts.pdses().get(identity.pds()).toString(),
        identity.key().publicKey().toDidKey(),
        labeler ? hosts.labelers().get(account.index()).toString() : null,
        account.labelKey() == null ? null : account.labelKey().publicKey().toDidKey());
  }

  Map<String, Object> document(Account account) {
    PlcOperation.State state = state(account, account.identity());
    String did = account.did().value();
    List<Object> methods = new ArrayList<>();
    methods.add(method(did, "#atproto", state.signingKey()));
    List<Object> services = new ArrayList<>();
    services.add(
        Map.of(
            "id",
            "#atproto_pds",
            "type",
            "AtprotoPersonalDataServer",
            "serviceEndpoint",
            state.pdsEndpoint()));
    if (state.labelKey() != null && state.labelerEndpoint() != null) {
      methods.add(method(did, "#atproto_label", state.labelKey()));
      services.add(
          Map.of(
              "id",
              "#atproto_labeler",
              "type",
              "AtprotoLabeler",
              "serviceEndpoint",
              state.labelerEndpoint()));
    }
    Map<String, Object> document = new LinkedHashMap<>();
    document.put(
        "@context",
        List.of(
            "https://www.w3.org/ns/did/v1",
            "https://w3id.org/security/multikey/v1",
            "https://w3id.org/security/suites/secp256k1-2019/v1"));
    document.put("id", did);
    document.put("alsoKnownAs", List.of("at://" + state.handle()));
    document.put("verificationMethod", methods);
    document.put("service", services);
    return document;
  }

  private static Map<String, Object> method(String did, String fragment, String didKey) {
    Map<String, Object> method = new LinkedHashMap<>();
    method.put("id", did + fragment);
    method.put("type", "Multikey");
    method.put("controller", did);
    method.put("publicKeyMultibase", didKey.substring("did:key:".length()));
    return method;
  }

  private Map<String, @Nullable Object> data(Account account) {
    Map<String, @Nullable Object> content = operations(account).getLast().operation().content();
    Map<String, @Nullable Object> data = new LinkedHashMap<>();
    data.put("did", account.did().value());
    for (String field : List.of("verificationMethods", "rotationKeys", "alsoKnownAs", "services")) {
      data.put(field, content.get(field));
    }
    return data;
  }

  private List<Object> log(Account account) {
    return operations(account).stream().map(e -> (Object) e.operation().content()).toList();
  }

  private record Entry(long micros, String time, String did, PlcOperation operation) {
    byte[] line() {
      Map<String, Object> line = new LinkedHashMap<>();
      line.put("did", did);
      line.put("operation", operation.content());
      line.put("cid", operation.cid().toString());
      line.put("nullified", false);
      line.put("createdAt", time);
      return Json.bytes(line);
    }
  }

  /** All operations of an account, chained. */
  private List<Entry> operations(Account account) {
    List<Identity> identities = account.identities();
    Identity first = identities.getFirst();
    String did = account.did().value();
    List<Entry> entries = new ArrayList<>();
    entries.add(new Entry(first.micros() - 1_000, first.bornAt(), did, account.genesis()));
    for (Identity identity : identities) {
      PlcOperation before = entries.getLast().operation();
      PlcOperation operation =
          PlcOperation.sign(state(account, identity), before.cid(), world.rotationKey());
      entries.add(new Entry(identity.micros(), identity.time(), did, operation));
    }
    return entries;
  }

  /** JSON lines, oldest first, strictly after a moment. */
  private void export(Context ctx) {
    String after = ctx.queryParam("after");
    String countText = ctx.queryParam("count");
    int count;
    try {
      count = countText == null ? 10 : Integer.parseInt(countText);
    } catch (NumberFormatException e) {
      throw XrpcError.invalid("count must be a number");
    }
    List<Entry> entries = exported(after == null ? "" : after, Math.clamp(count, 1, MOST_EXPORTED));
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (Entry entry : entries) {
      body.writeBytes(entry.line());
      body.write('\n');
    }
    ctx.contentType("application/jsonlines").result(body.toByteArray());
  }

  /** Signs no more operations than it gives. */
  private List<Entry> exported(String after, int count) {
    return world.read(
        () -> {
          List<Account> changed = new ArrayList<>();
          List<String> times = new ArrayList<>();
          for (Account account : world.accounts()) {
            Identity first = account.identities().getFirst();
            int before = times.size();
            if (first.bornAt().compareTo(after) > 0) {
              times.add(first.bornAt());
            }
            account.identities().stream()
                .map(Identity::time)
                .filter(time -> time.compareTo(after) > 0)
                .forEach(times::add);
            if (times.size() > before) {
              changed.add(account);
            }
          }
          times.sort(null);
          String end = times.isEmpty() ? "" : times.get(Math.min(count, times.size()) - 1);
          return changed.stream()
              .filter(account -> reaches(account, after, end))
              .flatMap(account -> operations(account).stream())
              .filter(e -> e.time().compareTo(after) > 0 && e.time().compareTo(end) <= 0)
              .sorted(Comparator.comparingLong(Entry::micros))
              .limit(count)
              .toList();
        });
  }

  private static boolean reaches(Account account, String after, String end) {
    Identity first = account.identities().getFirst();
    return within(first.bornAt(), after, end)
        || account.identities().stream().anyMatch(i -> within(i.time(), after, end));
  }

  private static boolean within(String time, String after, String end) {
    return time.compareTo(after) > 0 && time.compareTo(end) <= 0;
  }
}
