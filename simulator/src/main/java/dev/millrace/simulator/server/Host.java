package dev.millrace.simulator.server;

import dev.millrace.simulator.fault.Fault;
import dev.millrace.simulator.fault.FaultKind;
import dev.millrace.simulator.fault.Faults;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One listening host. Requests run on threads of their own; the faults of requests strike here,
 * before any route.
 */
public final class Host implements AutoCloseable {
  private static final String XRPC = "/xrpc/";

  private final Javalin server;
  private final Faults faults;
  private final RequestLog fetches = new RequestLog();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final URI uri;

  /**
   * Listens.
   *
   * @param port 0 for a free one
   * @param routes adds the routes; is given the host, whose {@link #uri} is not known before it
   *     listens
   */
  Host(String address, int port, Faults faults, BiConsumer<RoutesConfig, Host> routes) {
    this.faults = faults;
    this.server = Javalin.create(config -> configure(config, routes));
    server.start(address, port);
    this.uri = URI.create("http://" + address + ":" + server.port());
  }

  private void configure(JavalinConfig config, BiConsumer<RoutesConfig, Host> routes) {
    config.concurrency.useVirtualThreads = true;
    config.startup.showJavalinBanner = false;
    config.startup.showOldJavalinVersionWarning = false;
    config.startup.startupWatcherEnabled = false;
    config.routes.before(this::strike);
    config.routes.exception(XrpcError.class, (error, ctx) -> fail(ctx, error));
    routes.accept(config.routes, this);
  }

  public URI uri() {
    return uri;
  }

  /** Requests for repos. */
  RequestLog fetches() {
    return fetches;
  }

  /** Whether it is about to stop: answers without end then end. */
  boolean isClosing() {
    return closing.getCount() == 0;
  }

  Faults faults() {
    return faults;
  }

  /** The account a request is about, by the parameter's name or the directory's path. */
  private static @Nullable String did(Context ctx) {
    String did = ctx.queryParam("did");
    if (did != null) {
      return did;
    }
    String path = ctx.path();
    return path.startsWith("/did:") ? path.substring(1).split("/", 2)[0] : ctx.queryParam("repo");
  }

  private static @Nullable String nsid(Context ctx) {
    String path = ctx.path();
    return path.startsWith(XRPC) ? path.substring(XRPC.length()) : null;
  }

  private void strike(Context ctx) throws InterruptedException {
    String nsid = nsid(ctx);
    String did = did(ctx);
    if (GetRepo.NSID.equals(nsid)) {
      fetches.add();
    }
    Fault redirect = faults.onRequest(FaultKind.REDIRECT, uri(), nsid, did);
    if (redirect != null) {
      ctx.redirect(redirect.spec().text());
      ctx.skipRemainingHandlers();
      return;
    }
    Fault status = faults.onRequest(FaultKind.HTTP_STATUS, uri(), nsid, did);
    if (status != null) {
      if (status.spec().retryAfter() != null) {
        ctx.header("Retry-After", Long.toString(status.spec().retryAfter().toSeconds()));
      }
      int code = status.spec().status();
      fail(
          ctx,
          code == 429
              ? new XrpcError(code, "RateLimitExceeded", "Rate Limit Exceeded")
              : new XrpcError(code, "InternalServerError", "Internal Server Error"));
      ctx.skipRemainingHandlers();
      return;
    }
    if (faults.onRequest(FaultKind.HANG, uri(), nsid, did) != null) {
      closing.await();
      throw new XrpcError(503, "Unavailable", "the host is closing");
    }
  }

  private static void fail(Context ctx, XrpcError error) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("error", error.error());
    body.put("message", String.valueOf(error.getMessage()));
    json(ctx.status(error.status()), body);
  }

  static void json(Context ctx, @Nullable Object body) {
    ctx.contentType("application/json; charset=utf-8").result(Json.bytes(body));
  }

  static String required(Context ctx, String name) {
    String value = ctx.queryParam(name);
    if (value == null || value.isEmpty()) {
      throw XrpcError.invalid("Error: Params must have the property \"" + name + "\"");
    }
    return value;
  }

  /** The parameter {@code limit}. */
  static int limit(Context ctx, int normal, int most) {
    String text = ctx.queryParam("limit");
    if (text == null) {
      return normal;
    }
    try {
      int limit = Integer.parseInt(text);
      if (limit >= 1 && limit <= most) {
        return limit;
      }
    } catch (NumberFormatException e) {
      throw XrpcError.invalid("Error: limit must be an integer");
    }
    throw XrpcError.invalid("Error: limit can not be less than 1 or greater than " + most);
  }

  /** Lets hanging requests go, then stops listening. */
  @Override
  public void close() {
    closing.countDown();
    server.stop();
  }
}
