package dev.millrace.simulator.server;

import dev.millrace.simulator.event.EventLog;
import io.javalin.config.RoutesConfig;
import io.javalin.websocket.WsConnectContext;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.StatusCode;

/** An event stream of a host. Each connection has a thread of its own and a number, from 1. */
final class StreamRoute {
  private final EventLog log;
  private final AtomicLong connections = new AtomicLong();
  private final Map<String, Thread> senders = new ConcurrentHashMap<>();

  StreamRoute(EventLog log) {
    this.log = log;
  }

  void add(RoutesConfig routes, String nsid, Host host) {
    routes.ws(
        "/xrpc/" + nsid,
        ws -> {
          ws.onConnect(context -> connect(context, host));
          ws.onClose(context -> stop(context.sessionId()));
          ws.onError(context -> stop(context.sessionId()));
        });
  }

  private void connect(WsConnectContext context, Host host) {
    Long cursor;
    try {
      String text = context.queryParam("cursor");
      cursor = text == null ? null : Long.valueOf(text);
    } catch (NumberFormatException e) {
      context.session.close(
          StatusCode.POLICY_VIOLATION, "cursor must be an integer", Callback.NOOP);
      return;
    }
    StreamFaults faults =
        new StreamFaults(host.faults(), host.uri(), connections.incrementAndGet(), log);
    Subscription subscription = new Subscription(context.session, log, faults, cursor);
    Thread sender = Thread.ofVirtual().name("subscription").unstarted(subscription);
    senders.put(context.sessionId(), sender);
    sender.start();
  }

  private void stop(String session) {
    Thread sender = senders.remove(session);
    if (sender != null) {
      sender.interrupt();
    }
  }
}
