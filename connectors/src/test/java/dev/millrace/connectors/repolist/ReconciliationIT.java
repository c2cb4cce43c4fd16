package dev.millrace.connectors.repolist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.atproto.xrpc.AddressGuard;
import dev.millrace.atproto.xrpc.HttpLimits;
import dev.millrace.atproto.xrpc.XrpcClient;
import dev.millrace.connectors.ingest.FakeHost;
import dev.millrace.connectors.ingest.IngestScope;
import dev.millrace.connectors.kafka.Cluster;
import dev.millrace.connectors.repolist.Reconciliation.Progress;
import dev.millrace.embedded.EmbeddedPostgres;
import dev.millrace.schema.database.Database;
import dev.millrace.schema.database.Migrations;
import dev.millrace.schema.event.CursorValue;
import dev.millrace.schema.event.EventCodec;
import dev.millrace.schema.event.RepoListing;
import dev.millrace.schema.event.RepoRequest;
import dev.millrace.schema.event.Scope;
import dev.millrace.schema.topic.Topic;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReconciliationIT {
  /** What {@link FakeListing} lists every repo at. */
  private static final String REV = "3jzfcijpj2z2a";

  private static final Duration SOON = Duration.ofSeconds(60);
  private static final Cluster cluster = Cluster.start();
  private static final EmbeddedPostgres postgres = EmbeddedPostgres.temporary();

  private final FakeHost relay = new FakeHost();
  private final FakeListing listing = new FakeListing(relay);
  private final XrpcClient http = new XrpcClient(HttpLimits.DEFAULT, AddressGuard.of(true));
  private final Database database = migrated();

  private static Database migrated() {
    Database database = Database.of(postgres.jdbcUrl(), "reconciled");
    Migrations.migrate(database);
    return database;
  }

  @AfterEach
  void stop() throws SQLException {
    sql("TRUNCATE repo_state, actor_sync");
    http.close();
    relay.close();
  }

  @AfterAll
  static void stopServers() {
    postgres.close();
    cluster.close();
  }

  private void sql(String statement) throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement one = connection.createStatement()) {
      one.execute(statement);
    }
  }

  private void hold(int number, String rev, String covered, String active, String status)
      throws SQLException {
    String did = FakeListing.did(number);
    sql(
        "INSERT INTO repo_state (did, covered_rev, active, status) VALUES ('%s', %s, %s, %s)"
            .formatted(did, covered, active, status));
    sql(
        "INSERT INTO actor_sync (did, \"commitCid\", \"repoRev\") VALUES ('%s', 'x', '%s')"
            .formatted(did, rev));
  }

  private Reconciliation reconciliation(Set<String> collections) {
    return new Reconciliation(
        relay.host(),
        new ListingRules(4, Duration.ofHours(1), ListingWaits.DEFAULT),
        http,
        cluster.connection(),
        database.dataSource(),
        new IngestScope(Set.of(), collections),
        new SimpleMeterRegistry());
  }

  private List<RepoRequest> requests() {
    return cluster.records(Topic.REPO_REQUESTS).stream()
        .map(record -> EventCodec.decodeRequest(record.value()))
        .filter(request -> relay.host().name().equals(request.host()))
        .toList();
  }

  @Test
  void shouldAskForWhatDiffersInRevOrStatus() throws Exception {
    listing.add(0, 10);
    for (int same : List.of(0, 4, 9)) {
      hold(same, REV, "'" + REV + "'", "true", "null");
    }
    hold(1, "3jzfcijpj2z22", "'3jzfcijpj2z22'", "true", "null");
    hold(2, "3kzfcijpj2z2a", "'" + REV + "'", "true", "null");
    hold(3, REV, "null", "true", "null");
    hold(5, REV, "'" + REV + "'", "false", "'takendown'");
    hold(6, REV, "'" + REV + "'", "null", "null");

    Progress end = reconciliation(Set.of()).run(progress -> {}, () -> false);

    assertThat(end.isDone()).isTrue();
    assertThat(end.compared()).isEqualTo(10);
    assertThat(end.requested()).isEqualTo(5);
    assertThat(end.of(Difference.EQUAL)).isEqualTo(4);
    assertThat(end.of(Difference.AHEAD)).isEqualTo(1);
    assertThat(requests())
        .extracting(request -> request.did() + " " + request.reason() + " " + request.rev())
        .containsExactlyInAnyOrder(
            FakeListing.did(1) + " reconcile " + REV,
            FakeListing.did(3) + " reconcile " + REV,
            FakeListing.did(5) + " status " + REV,
            FakeListing.did(7) + " reconcile " + REV,
            FakeListing.did(8) + " reconcile " + REV);
    assertThat(requests()).allSatisfy(request -> assertThat(request.scope().isFull()).isTrue());
  }

  @Test
  void shouldGoOnWhereItWasStoppedAndBeginAgainWhenItWasDone() throws Exception {
    listing.add(0, 10);
    boolean[] isStopped = {false};
    Progress first =
        reconciliation(Set.of("app.bsky.feed.post"))
            .run(progress -> isStopped[0] = true, () -> isStopped[0]);
    assertThat(first.isDone()).isFalse();
    assertThat(first.compared()).isEqualTo(4);

    Progress second = reconciliation(Set.of()).run(progress -> {}, () -> false);
    assertThat(second.isDone()).isTrue();
    assertThat(second.from()).isEqualTo("page-4");
    assertThat(second.compared()).isEqualTo(6);
    assertThat(requests()).hasSize(10);
    assertThat(requests())
        .filteredOn(request -> !request.scope().isFull())
        .hasSize(4)
        .allSatisfy(
            request ->
                assertThat(request.scope().collections()).containsExactly("app.bsky.feed.post"));

    Progress third = reconciliation(Set.of()).run(progress -> {}, () -> false);
    assertThat(third.from()).isNull();
    assertThat(third.compared()).isEqualTo(10);
  }

  @Test
  void shouldListOnlyWhatIsNotHeldAtItsListedRev() throws Exception {
    listing.add(0, 8);
    hold(0, REV, "'" + REV + "'", "true", "null");
    hold(1, "3jzfcijpj2z22", "'3jzfcijpj2z22'", "true", "null");
    hold(2, "3kzfcijpj2z2a", "'" + REV + "'", "true", "null");
    hold(3, REV, "null", "true", "null");
    hold(4, REV, "'" + REV + "'", "false", "'takendown'");
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    sql("ALTER TABLE repo_state RENAME TO repo_state_away");
    RepoListProducer producer = list(meters);
    try {
      await()
          .atMost(SOON)
          .until(() -> count(meters, "millrace.ingest.host_failures", "reason", "database") > 0);
      assertThat(listed()).isEmpty();
      sql("ALTER TABLE repo_state_away RENAME TO repo_state");

      await().atMost(SOON).until(() -> cursor().map(CursorValue::done).orElse(false));
    } finally {
      producer.close(Duration.ofSeconds(10));
    }
    assertThat(listed())
        .containsExactlyInAnyOrder(
            FakeListing.did(1),
            FakeListing.did(3),
            FakeListing.did(5),
            FakeListing.did(6),
            FakeListing.did(7));
    assertThat(requests())
        .extracting(request -> request.did() + " " + request.reason())
        .containsExactly(FakeListing.did(4) + " status");
    assertThat(count(meters, "millrace.ingest.dropped", "reason", "held")).isEqualTo(2);
  }

  private RepoListProducer list(SimpleMeterRegistry meters) {
    return RepoListProducer.start(
        RepoListOptions.of(relay.host())
            .pageSize(3)
            .unless(new HeldRepos(database.dataSource(), Scope.FULL)),
        cluster.connection(),
        http,
        meters);
  }

  private List<String> listed() {
    return cluster.records(Topic.REPO_BACKFILL).stream()
        .map(record -> EventCodec.decodeListing(record.value()))
        .filter(repo -> repo.host().equals(relay.host().name()))
        .map(RepoListing::did)
        .toList();
  }

  private Optional<CursorValue> cursor() {
    return cluster.cursor("repos:" + relay.host().name());
  }

  private static double count(SimpleMeterRegistry meters, String name, String label, String value) {
    return meters.find(name).tag(label, value).counters().stream()
        .mapToDouble(Counter::count)
        .sum();
  }
}
