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
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The directory: {@code /{did}}, {@code /{did}/data}, {@code /{did}/log}, {@code
 * /export?after=&count=}, where {@code after} is a time or, for lines with numbers, a number. The
 * first operation of each DID names hosts that are nowhere, so that the DID depends on no port; the
 * second, a millisecond later, the real ones.
 */
final class PlcRoutes {
  private static final int MOST_EXPORTED = 1000;

  private final World world;
  private final Supplier<Endpoints> endpoints;
  private final PlcExport log = new PlcExport();
  private final AtomicLong documents = new AtomicLong();

  PlcRoutes(World world, Supplier<Endpoints> endpoints) {
    this.world = world;
    this.endpoints = endpoints;
  }

  void add(RoutesConfig routes, Host host) {
    routes.get("/export", this::export);
    routes.get(
        "/{did}",
        ctx -> {
          documents.incrementAndGet();
          about(ctx, host, this::document);
        });
    routes.get("/{did}/data", ctx -> about(ctx, host, this::data));
    routes.get("/{did}/log", ctx -> about(ctx, host, this::history));
  }

  /** How often it was asked for a DID's document. */
  long documentsAsked() {
    return documents.get();
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
    Map<String, @Nullable Object> content = operations(account).getLast().content();
    Map<String, @Nullable Object> data = new LinkedHashMap<>();
    data.put("did", account.did().value());
    for (String field : List.of("verificationMethods", "rotationKeys", "alsoKnownAs", "services")) {
      data.put(field, content.get(field));
    }
    return data;
  }

  private List<Object> history(Account account) {
    return operations(account).stream().map(operation -> (Object) operation.content()).toList();
  }

  /** All operations of an account, chained. */
  private List<PlcOperation> operations(Account account) {
    List<PlcOperation> operations = new ArrayList<>();
    operations.add(account.genesis());
    for (Identity identity : account.identities()) {
      operations.add(
          PlcOperation.sign(
              state(account, identity), operations.getLast().cid(), world.rotationKey()));
    }
    return operations;
  }

  /** JSON lines, oldest first, strictly after a moment; after a number, with numbers. */
  private void export(Context ctx) {
    String after = ctx.queryParam("after");
    String countText = ctx.queryParam("count");
    int count;
    try {
      count = countText == null ? 10 : Integer.parseInt(countText);
    } catch (NumberFormatException e) {
      throw XrpcError.invalid("count must be a number");
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (Map<String, Object> line :
        exported(after == null ? "" : after, Math.clamp(count, 1, MOST_EXPORTED))) {
      body.writeBytes(Json.bytes(line));
      body.write('\n');
    }
    ctx.contentType("application/jsonlines").result(body.toByteArray());
  }

  /** Signs no more operations than those of the accounts that it gives. */
  private List<Map<String, Object>> exported(String after, int count) {
    return world.read(
        () -> {
          boolean isNumber = after.matches("[0-9]{1,18}");
          List<PlcExport.Place> places =
              isNumber
                  ? log.after(world.accounts(), Long.parseLong(after), count)
                  : log.after(world.accounts(), after, count);
          Map<Account, List<PlcOperation>> signed = new HashMap<>();
          List<Map<String, Object>> lines = new ArrayList<>();
          for (PlcExport.Place place : places) {
            List<PlcOperation> operations =
                signed.computeIfAbsent(place.account(), this::operations);
            Map<String, Object> line = line(place, operations.get(place.index()));
            if (isNumber) {
              line.put("seq", place.seq());
            }
            lines.add(line);
          }
          return lines;
        });
  }

  private static Map<String, Object> line(PlcExport.Place place, PlcOperation operation) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("did", place.account().did().value());
    line.put("operation", operation.content());
    line.put("cid", operation.cid().toString());
    line.put("nullified", false);
    line.put("createdAt", place.time());
    return line;
  }
}
