package dev.millrace.app.compare;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.atproto.syntax.AtUri;
import dev.millrace.atproto.xrpc.XrpcClient;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What PDSes list: {@code com.atproto.sync.listRepos}, then of each active account every page of
 * {@code com.atproto.repo.listRecords} of each collection that {@code describeRepo} names. An
 * account that moved is deactivated on its old host: the one where it is active counts.
 */
public final class PdsNetwork implements Network {
  private static final String REPO_PAGE = "1000";
  private static final String RECORD_PAGE = "100";

  private final XrpcClient http;
  private final List<URI> hosts;
  private final Set<String> collections;

  /**
   * PDSes to be asked.
   *
   * @param collections only these; empty for all
   */
  public PdsNetwork(XrpcClient http, List<URI> hosts, Set<String> collections) {
    this.http = http;
    this.hosts = List.copyOf(hosts);
    this.collections = Set.copyOf(collections);
  }

  private record Listed(URI host, String did, @Nullable String status, @Nullable String rev) {}

  @Override
  public void forEachAccount(Consumer<AccountView> visitor) throws IOException {
    Map<String, Listed> accounts = new LinkedHashMap<>();
    for (URI host : hosts) {
      for (Listed listed : list(host)) {
        accounts.merge(
            listed.did(), listed, (known, other) -> known.status() == null ? known : other);
      }
    }
    for (Listed account : accounts.values()) {
      visitor.accept(
          new AccountView(
              account.did(),
              account.status(),
              account.rev(),
              account.status() == null ? records(account) : Map.of()));
    }
  }

  @Override
  public Optional<Set<LabelKey>> labels() {
    return Optional.empty();
  }

  @Override
  public boolean isWhole() {
    return false;
  }

  private List<Listed> list(URI host) throws IOException {
    List<Listed> all = new ArrayList<>();
    String cursor = null;
    do {
      JsonNode page = page(host, "com.atproto.sync.listRepos", Map.of("limit", REPO_PAGE), cursor);
      for (JsonNode repo : page.path("repos")) {
        boolean isActive = repo.path("active").asBoolean(true);
        all.add(
            new Listed(
                host,
                text(repo, "did"),
                isActive ? null : repo.path("status").asText("inactive"),
                repo.path("rev").asText(null)));
      }
      cursor = page.path("cursor").asText(null);
    } while (cursor != null);
    return all;
  }

  private Map<String, String> records(Listed account) throws IOException {
    Map<String, String> records = new HashMap<>();
    JsonNode described =
        http.get(account.host(), "com.atproto.repo.describeRepo", Map.of("repo", account.did()));
    for (JsonNode node : described.path("collections")) {
      String collection = node.asText();
      if (collections.isEmpty() || collections.contains(collection)) {
        collect(account, collection, records);
      }
    }
    return records;
  }

  private void collect(Listed account, String collection, Map<String, String> records)
      throws IOException {
    String cursor = null;
    do {
      JsonNode page =
          page(
              account.host(),
              "com.atproto.repo.listRecords",
              Map.of("repo", account.did(), "collection", collection, "limit", RECORD_PAGE),
              cursor);
      for (JsonNode node : page.path("records")) {
        AtUri uri = AtUri.parse(text(node, "uri"));
        records.put(path(account.did(), uri), text(node, "cid"));
      }
      cursor = page.path("records").isEmpty() ? null : page.path("cursor").asText(null);
    } while (cursor != null);
  }

  private JsonNode page(
      URI host, String nsid, Map<String, String> parameters, @Nullable String cursor)
      throws IOException {
    Map<String, String> all = new HashMap<>(parameters);
    if (cursor != null) {
      all.put("cursor", cursor);
    }
    return http.get(host, nsid, all);
  }

  private static String path(String did, AtUri uri) throws IOException {
    String prefix = "at://" + did + "/";
    if (!uri.toString().startsWith(prefix)) {
      throw new IOException("a record of " + did + " is listed as " + uri);
    }
    return uri.toString().substring(prefix.length());
  }

  private static String text(JsonNode node, String field) throws IOException {
    JsonNode value = node.get(field);
    if (value == null || !value.isTextual()) {
      throw new IOException("an answer lacks the field " + field + ": " + node);
    }
    return value.asText();
  }
}
