package dev.millrace.connectors.repolist;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.xrpc.XrpcClient;
import dev.millrace.atproto.xrpc.XrpcException;
import dev.millrace.connectors.ingest.IngestMetrics;
import dev.millrace.connectors.ingest.ServiceHost;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The hosts that a relay knows, of its {@code com.atproto.sync.listHosts}:
 *
 * <pre>
 *   {"cursor": text?, "hosts": [{"hostname", "seq"?, "accountCount"?, "status"?}…]}
 * </pre>
 *
 * <p>They are asked over https; on a network of the operator's own that is reached over http, over
 * http. Hosts that the relay has banned are left out.
 */
final class HostDirectory {
  /** Against a relay that never ends its list. */
  static final int MOST_HOSTS = 100_000;

  private static final String LIST_HOSTS = "com.atproto.sync.listHosts";
  private static final String PAGE = "1000";

  private final XrpcClient http;
  private final ServiceHost relay;
  private final boolean allowsPlain;
  private final IngestMetrics metrics;

  /**
   * Asks nothing yet.
   *
   * @param allowsPlain whether hosts may be asked over http
   */
  HostDirectory(XrpcClient http, ServiceHost relay, boolean allowsPlain, IngestMetrics metrics) {
    this.http = http;
    this.relay = relay;
    this.allowsPlain = allowsPlain;
    this.metrics = metrics;
  }

  /**
   * Asks for all.
   *
   * @throws BadDataException if an answer is no page
   */
  Set<ServiceHost> read() throws XrpcException {
    Set<ServiceHost> hosts = new LinkedHashSet<>();
    Set<String> cursors = new LinkedHashSet<>();
    String cursor = null;
    do {
      JsonNode answer = http.get(relay.http(), LIST_HOSTS, parameters(cursor));
      JsonNode entries = answer.path("hosts");
      if (!entries.isArray()) {
        throw new BadDataException("listing", relay + ": listHosts answered without hosts");
      }
      for (JsonNode entry : entries) {
        if (!entry.path("status").asText().equals("banned")) {
          ServiceHost host = host(entry.path("hostname").asText());
          if (host != null) {
            hosts.add(host);
          }
        }
      }
      cursor = answer.path("cursor").asText("");
    } while (!cursor.isEmpty() && cursors.add(cursor) && hosts.size() < MOST_HOSTS);
    return hosts;
  }

  private static Map<String, String> parameters(@Nullable String cursor) {
    Map<String, String> parameters = new HashMap<>();
    parameters.put("limit", PAGE);
    if (cursor != null) {
      parameters.put("cursor", cursor);
    }
    return parameters;
  }

  /** Of a host's name, as listHosts and cursors have it; null if it is none. */
  @Nullable ServiceHost host(String name) {
    try {
      boolean isPlain = allowsPlain && !relay.secure();
      return ServiceHost.parse((isPlain ? "http://" : "https://") + name);
    } catch (IllegalArgumentException e) {
      metrics.dropped("host-name");
      return null;
    }
  }
}
