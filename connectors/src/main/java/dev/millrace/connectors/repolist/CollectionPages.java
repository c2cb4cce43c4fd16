package dev.millrace.connectors.repolist;

import dev.millrace.atproto.xrpc.XrpcClient;
import dev.millrace.atproto.xrpc.XrpcException;
import dev.millrace.connectors.ingest.ServiceHost;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The pages of a relay's {@code com.atproto.sync.listReposByCollection}: the repos that have a
 * record of a collection, by their DIDs alone, without rev or status.
 */
record CollectionPages(XrpcClient http, ServiceHost host, String collection) implements PageSource {
  private static final String LIST_REPOS = "com.atproto.sync.listReposByCollection";

  @Override
  public ListedPage ask(@Nullable String cursor, int limit) throws XrpcException {
    Map<String, String> parameters = new HashMap<>();
    parameters.put("collection", collection);
    parameters.put("limit", String.valueOf(limit));
    if (cursor != null) {
      parameters.put("cursor", cursor);
    }
    return ListedPage.of(http.get(host.http(), LIST_REPOS, parameters), host.name());
  }
}
