package dev.millrace.atproto.identity;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.syntax.Did;
import dev.millrace.atproto.syntax.Handle;
import dev.millrace.atproto.xrpc.XrpcClient;
import dev.millrace.atproto.xrpc.XrpcException;
import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Asks a service that the operator names: {@code com.atproto.identity.resolveHandle}. For networks
 * whose handles are in no public DNS. Thread-safe, keeps nothing.
 */
public final class ServiceHandleResolver implements HandleResolver {
  private static final String METHOD = "com.atproto.identity.resolveHandle";

  private final XrpcClient client;
  private final URI service;

  public ServiceHandleResolver(XrpcClient client, URI service) {
    this.client = client;
    this.service = service;
  }

  @Override
  public @Nullable Did resolve(Handle handle) throws XrpcException {
    try {
      JsonNode did =
          client.get(service, METHOD, Map.of("handle", handle.normalized().value())).path("did");
      return Did.isValid(did.asText("")) ? Did.parse(did.asText()) : null;
    } catch (XrpcException e) {
      if (e.passing()) {
        throw e;
      }
      return null; // HandleNotFound, or InvalidRequest "Unable to resolve handle"
    } catch (BadDataException e) {
      throw XrpcException.unusable(METHOD + " at " + service + ": " + e.getMessage(), e);
    }
  }
}
