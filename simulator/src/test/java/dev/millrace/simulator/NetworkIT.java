package dev.millrace.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.atproto.cid.Cid;
import dev.millrace.atproto.identity.DidDocument;
import dev.millrace.atproto.identity.DidNotFoundException;
import dev.millrace.atproto.identity.HttpDidResolver;
import dev.millrace.atproto.syntax.Did;
import dev.millrace.atproto.xrpc.XrpcException;
import dev.millrace.simulator.world.Account;
import dev.millrace.simulator.world.AccountStatus;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the hosts say over HTTP. */
class NetworkIT {
  private static Simulator simulator;
  @TempDir Path spool;

  @BeforeAll
  static void start() {
    simulator = Simulator.start(SimulatorOptions.of(11, 40));
    simulator.world().step(200);
  }

  @AfterAll
  static void stop() {
    simulator.close();
  }

  private static String error(URI host, String nsid, String did) {
    XrpcException error =
        catchThrowableOfType(
            XrpcException.class, () -> Repos.CLIENT.get(host, nsid, Map.of("did", did)));
    assertThat(error.status()).isEqualTo(400);
    return String.valueOf(error.error());
  }

  private static URI pdsOf(String did) {
    return simulator
        .pdses()
        .get(Objects.requireNonNull(simulator.world().account(did, Account::pds)));
  }

  @Test
  void shouldGiveEveryActiveRepoAsItIs() throws Exception {
    int records = 0;
    for (Account account : simulator.world().accounts()) {
      String did = account.did().value();
      if (account.isActive()) {
        Map<String, String> fetched = Repos.fetch(simulator, did, spool);
        assertThat(fetched).isEqualTo(Repos.truth(simulator, did));
        records += fetched.size();
      }
    }
    assertThat(records).isGreaterThan(500);
  }

  @Test
  void shouldGiveTheSameRepoFromARelay() throws Exception {
    String did = simulator.world().accounts().getFirst().did().value();
    DidDocument document = Repos.document(simulator, did);
    assertThat(Repos.fetch(simulator.relays().get(1), document, spool))
        .isEqualTo(Repos.truth(simulator, did));
  }

  @Test
  void shouldSayWhyItGivesNoRepo() {
    String did = simulator.world().direct().createAccount();
    URI pds = pdsOf(did);
    Map<AccountStatus, String> errors =
        Map.of(
            AccountStatus.DEACTIVATED, "RepoDeactivated",
            AccountStatus.SUSPENDED, "RepoSuspended",
            AccountStatus.TAKENDOWN, "RepoTakendown",
            AccountStatus.DELETED, "RepoNotFound");
    errors.forEach(
        (status, error) -> {
          simulator.world().direct().setStatus(did, status);
          for (URI host : List.of(pds, simulator.relays().getFirst())) {
            assertThat(error(host, "com.atproto.sync.getRepo", did)).isEqualTo(error);
            assertThat(error(host, "com.atproto.sync.getLatestCommit", did)).isEqualTo(error);
          }
        });
    URI other = simulator.pdses().get((simulator.pdses().indexOf(pds) + 1) % 3);
    simulator.world().direct().setStatus(did, AccountStatus.ACTIVE);
    assertThat(error(other, "com.atproto.sync.getRepo", did)).isEqualTo("RepoNotFound");
    assertThat(error(other, "com.atproto.sync.getRepoStatus", did)).isEqualTo("RepoNotFound");
  }

  @Test
  void shouldListAllReposOnceByAnyPageSize() throws Exception {
    Map<String, String> expected = new TreeMap<>();
    simulator
        .world()
        .truth()
        .forEachRepo(
            r ->
                expected.put(
                    r.did(), r.rev() + r.head() + (r.isActive() ? "" : r.status().text())));
    for (URI relay : simulator.relays()) {
      for (String limit : List.of("7", "1000")) {
        assertThat(list(relay, limit)).isEqualTo(expected);
      }
    }
    Map<String, String> ofAllPdses = new TreeMap<>();
    for (URI pds : simulator.pdses()) {
      list(pds, "10")
          .forEach(
              (did, what) -> {
                if (pdsOf(did).equals(pds)) {
                  ofAllPdses.put(did, what);
                } else {
                  assertThat(what).endsWith("deactivated");
                }
              });
    }
    assertThat(ofAllPdses).isEqualTo(expected);
  }

  @Test
  void shouldListFromATimeThatNoCursorOfItsNames() throws Exception {
    URI relay = simulator.relays().get(1);
    JsonNode first = Repos.CLIENT.get(relay, "com.atproto.sync.listRepos", Map.of("limit", "3"));
    String cursor = first.get("cursor").asText();
    String time = cursor.substring(0, cursor.indexOf("::"));
    JsonNode rest =
        Repos.CLIENT.get(relay, "com.atproto.sync.listRepos", Map.of("cursor", time + "::~"));
    assertThat(rest.get("repos"))
        .isEqualTo(
            Repos.CLIENT
                .get(relay, "com.atproto.sync.listRepos", Map.of("cursor", cursor))
                .get("repos"));
  }

  private static Map<String, String> list(URI host, String limit) throws XrpcException {
    Map<String, String> listed = new TreeMap<>();
    Map<String, String> params = new HashMap<>(Map.of("limit", limit));
    while (true) {
      JsonNode page = Repos.CLIENT.get(host, "com.atproto.sync.listRepos", params);
      for (JsonNode repo : page.get("repos")) {
        assertThat(repo.get("active").asBoolean()).isEqualTo(!repo.has("status"));
        String before =
            listed.put(
                repo.get("did").asText(),
                repo.get("rev").asText()
                    + repo.get("head").asText()
                    + repo.path("status").asText());
        assertThat(before).isNull();
      }
      if (!page.has("cursor")) {
        return listed;
      }
      params.put("cursor", page.get("cursor").asText());
    }
  }

  @Test
  void shouldRefuseAMalformedCursorOrLimit() {
    for (Map<String, String> params :
        List.of(Map.of("cursor", "nonsense"), Map.of("limit", "1001"), Map.of("limit", "x"))) {
      for (URI host : simulator.relays()) {
        XrpcException error =
            catchThrowableOfType(
                XrpcException.class,
                () -> Repos.CLIENT.get(host, "com.atproto.sync.listRepos", params));
        assertThat(error.error()).isEqualTo("InvalidRequest");
      }
    }
  }

  @Test
  void shouldListEveryRecord() throws Exception {
    Account account =
        simulator.world().accounts().stream().filter(Account::isActive).findFirst().orElseThrow();
    String did = account.did().value();
    URI pds = pdsOf(did);
    Map<String, String> listed = new TreeMap<>();
    JsonNode described =
        Repos.CLIENT.get(pds, "com.atproto.repo.describeRepo", Map.of("repo", account.handle()));
    assertThat(described.get("did").asText()).isEqualTo(did);
    for (JsonNode collection : described.get("collections")) {
      Map<String, String> params =
          new HashMap<>(Map.of("repo", did, "collection", collection.asText(), "limit", "3"));
      while (true) {
        JsonNode page = Repos.CLIENT.get(pds, "com.atproto.repo.listRecords", params);
        for (JsonNode record : page.get("records")) {
          assertThat(record.get("value").get("$type").asText()).isEqualTo(collection.asText());
          String path = record.get("uri").asText().substring(("at://" + did + "/").length());
          assertThat(listed.put(path, record.get("cid").asText())).isNull();
        }
        if (!page.has("cursor")) {
          break;
        }
        params.put("cursor", page.get("cursor").asText());
      }
    }
    assertThat(listed).isEqualTo(Repos.truth(simulator, did));
  }

  @Test
  void shouldResolveIdentitiesBothWays() throws Exception {
    HttpDidResolver resolver = new HttpDidResolver(Repos.CLIENT, simulator.plc());
    Account labeler = simulator.world().accounts().getFirst();
    DidDocument document = resolver.resolve(labeler.did());
    assertThat(document.labeler()).isEqualTo(simulator.labelers().getFirst());
    assertThat(document.labelKey())
        .isEqualTo(Objects.requireNonNull(labeler.labelKey()).publicKey());
    assertThat(document.pds()).isEqualTo(pdsOf(labeler.did().value()));
    assertThat(document.handle()).hasToString(labeler.handle());
    JsonNode resolved =
        Repos.CLIENT.get(
            simulator.pdses().getFirst(),
            "com.atproto.identity.resolveHandle",
            Map.of("handle", labeler.handle()));
    assertThat(resolved.get("did").asText()).isEqualTo(labeler.did().value());

    String gone = simulator.world().direct().createAccount();
    simulator.world().direct().setStatus(gone, AccountStatus.DELETED);
    DidNotFoundException tombstoned =
        catchThrowableOfType(DidNotFoundException.class, () -> resolver.resolve(Did.parse(gone)));
    assertThat(tombstoned.tombstoned()).isTrue();
    DidNotFoundException unknown =
        catchThrowableOfType(
            DidNotFoundException.class,
            () -> resolver.resolve(Did.parse("did:plc:aaaaaaaaaaaaaaaaaaaaaaaa")));
    assertThat(unknown.tombstoned()).isFalse();
  }

  @Test
  void shouldExportChainedOperationsThatEndInTheDocuments() throws Exception {
    String moved = simulator.world().accounts().get(7).did().value();
    simulator.world().direct().migrate(moved, (pdsIndex(moved) + 1) % 3);
    simulator.world().direct().changeHandle(moved, "new-name.mill.test");
    Map<String, JsonNode> last = new LinkedHashMap<>();
    Map<String, String> lastCid = new HashMap<>();
    String after = "";
    List<JsonNode> page;
    do {
      page = export(after);
      for (JsonNode line : page) {
        String did = line.get("did").asText();
        JsonNode prev = line.get("operation").get("prev");
        assertThat(prev.isNull() ? null : prev.asText()).isEqualTo(lastCid.get(did));
        assertThat(line.get("createdAt").asText()).isGreaterThan(after);
        lastCid.put(did, line.get("cid").asText());
        assertThat(Cid.parse(line.get("cid").asText())).isNotNull();
        last.put(did, line.get("operation"));
      }
      after = page.isEmpty() ? after : page.getLast().get("createdAt").asText();
    } while (!page.isEmpty());

    assertThat(last).hasSize(simulator.world().accounts().size());
    for (Account account : simulator.world().accounts()) {
      JsonNode operation = Objects.requireNonNull(last.get(account.did().value()));
      assertThat(operation.at("/services/atproto_pds/endpoint").asText())
          .isEqualTo(pdsOf(account.did().value()).toString());
      assertThat(operation.at("/verificationMethods/atproto").asText())
          .isEqualTo(account.key().publicKey().toDidKey());
    }
    assertThat(Objects.requireNonNull(last.get(moved)).at("/alsoKnownAs/0").asText())
        .isEqualTo("at://new-name.mill.test");
  }

  @Test
  void shouldExportEveryOperationByItsNumber() throws Exception {
    Map<String, String> last = new LinkedHashMap<>();
    List<Long> numbers = new ArrayList<>();
    List<JsonNode> page;
    do {
      page = export(Integer.toString(numbers.size()));
      for (JsonNode line : page) {
        numbers.add(line.get("seq").asLong());
        last.put(
            line.get("did").asText(), line.at("/operation/verificationMethods/atproto").asText());
      }
    } while (!page.isEmpty());

    assertThat(numbers).isEqualTo(LongStream.rangeClosed(1, numbers.size()).boxed().toList());
    for (Account account : simulator.world().accounts()) {
      assertThat(last).containsEntry(account.did().value(), account.key().publicKey().toDidKey());
    }
  }

  private static int pdsIndex(String did) {
    return simulator.pdses().indexOf(pdsOf(did));
  }

  private static List<JsonNode> export(String after) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(simulator.plc() + "/export?count=13&after=" + after))
            .build();
    String body =
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body();
    List<JsonNode> lines = new ArrayList<>();
    for (String line : body.lines().toList()) {
      lines.add(new ObjectMapper().readTree(line));
    }
    return lines;
  }

  @Test
  void shouldMoveAnAccountWithAKeyOfItsNewHost() throws Exception {
    String did = simulator.world().direct().createAccount();
    URI before = pdsOf(did);
    DidDocument old = Repos.document(simulator, did);
    simulator.world().direct().migrate(did, (pdsIndex(did) + 1) % 3);

    assertThat(Repos.document(simulator, did).pds()).isNotEqualTo(before);
    assertThat(Repos.document(simulator, did).signingKey()).isNotEqualTo(old.signingKey());
    assertThat(error(before, "com.atproto.sync.getRepo", did)).isEqualTo("RepoDeactivated");
    assertThat(Repos.fetch(simulator, did, spool)).isEqualTo(Repos.truth(simulator, did));
  }

  @Test
  void shouldListItsHosts() throws Exception {
    JsonNode first =
        Repos.CLIENT.get(
            simulator.relays().getFirst(), "com.atproto.sync.listHosts", Map.of("limit", "2"));
    JsonNode second =
        Repos.CLIENT.get(
            simulator.relays().getFirst(),
            "com.atproto.sync.listHosts",
            Map.of("cursor", first.get("cursor").asText()));
    assertThat(first.get("hosts")).hasSize(2);
    assertThat(second.get("hosts")).hasSize(1);
    assertThat(second.has("cursor")).isFalse();
    assertThat("http://" + second.at("/hosts/0/hostname").asText())
        .isEqualTo(simulator.pdses().get(2).toString());
  }

  @Test
  void shouldListThoseWhoHaveARecordOfACollection() throws Exception {
    TreeSet<String> expected = new TreeSet<>();
    simulator
        .world()
        .truth()
        .forEachRepo(
            r -> {
              boolean hasPost =
                  Repos.truth(simulator, r.did()).keySet().stream()
                      .anyMatch(path -> path.startsWith("app.bsky.feed.post/"));
              if (r.isActive() && hasPost) {
                expected.add(r.did());
              }
            });
    List<String> listed = new ArrayList<>();
    Map<String, String> params =
        new HashMap<>(Map.of("collection", "app.bsky.feed.post", "limit", "3"));
    while (true) {
      JsonNode page =
          Repos.CLIENT.get(
              simulator.relays().getFirst(), "com.atproto.sync.listReposByCollection", params);
      page.get("repos").forEach(repo -> listed.add(repo.get("did").asText()));
      if (!page.has("cursor")) {
        break;
      }
      params.put("cursor", page.get("cursor").asText());
    }
    assertThat(listed).hasSizeGreaterThan(3).containsExactlyElementsOf(expected);
  }
}
