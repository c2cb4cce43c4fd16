package dev.millrace.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.app.compare.AccountView;
import dev.millrace.app.compare.Comparison;
import dev.millrace.app.compare.LabelKey;
import dev.millrace.app.compare.Network;
import dev.millrace.app.demo.SimulatedNetwork;
import dev.millrace.app.run.Lags;
import dev.millrace.connectors.kafka.CursorStore;
import dev.millrace.connectors.kafka.KafkaConnection;
import dev.millrace.embedded.EmbeddedKafka;
import dev.millrace.embedded.EmbeddedPostgres;
import dev.millrace.schema.database.Database;
import dev.millrace.schema.event.CursorKey;
import dev.millrace.schema.topic.Topic;
import dev.millrace.simulator.Simulator;
import dev.millrace.simulator.SimulatorOptions;
import dev.millrace.simulator.world.Account;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A backfill behind a mirror of the directory, each part a process of its own. */
final class MirroredIdentitiesIT {
  private static final Duration LIMIT = Duration.ofMinutes(4);
  private static final int REPOS = 40;

  @TempDir Path data;

  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final List<MillraceProcess> parts = new ArrayList<>();

  @AfterEach
  void closeAll() throws Exception {
    while (!open.isEmpty()) {
      open.pop().close();
    }
  }

  @Test
  void shouldBackfillANetworkWithoutALookupAtTheDirectory() throws Exception {
    Simulator network = keep(Simulator.start(SimulatorOptions.of(6, REPOS).withBacklog(0)));
    String moved = network.world().accounts().get(7).did().value();
    network.world().direct().changeHandle(moved, "mirrored.mill.test");
    EmbeddedKafka kafka = keep(EmbeddedKafka.temporary());
    EmbeddedPostgres postgres = keep(EmbeddedPostgres.temporary());
    Database database = Database.of(postgres.jdbcUrl());
    KafkaConnection connection = new KafkaConnection(kafka.bootstrapServers());
    Map<String, String> variables = variables(network, kafka, postgres);
    MillraceProcess migrate = keep(MillraceProcess.start(variables, "migrate"));
    assertThat(migrate.awaitExit(LIMIT)).as(migrate.output()).isZero();

    start(variables, "ingest", "identities");
    CursorKey mirror = new CursorKey(CursorKey.Stream.IDENTITIES, network.plc().getRawAuthority());
    until(() -> new CursorStore(connection).read(mirror).filter(c -> c.done()).isPresent());

    start(variables, "indexer");
    start(variables, "backfiller");
    start(variables, "tracker");
    Admin admin = keep(Admin.create(connection.admin()));
    Lags lags = new Lags(admin);
    List<String> mirrored = List.of(Topic.PLC_IDENTITIES.topicName());
    for (String group : List.of("prod_backfiller", "prod_tracker")) {
      until(() -> lags.of(group, mirrored).values().stream().allMatch(lag -> lag == 0));
    }

    start(variables, "ingest", "repos");
    Map<String, String> handles = new TreeMap<>();
    for (Account account : network.world().accounts()) {
      if (account.isActive()) {
        handles.put(account.did().value(), account.handle());
      }
    }
    assertThat(handles).hasSizeGreaterThan(REPOS / 2);
    until(() -> handles(database).equals(handles));
    until(
        () ->
            new Comparison(reposOf(new SimulatedNetwork(network.world())), database, Set.of())
                .run()
                .isEqual());

    assertThat(network.documentsAsked()).isZero();
  }

  /** No labels are read here: their signatures would need the labelers' documents. */
  private static Network reposOf(Network network) {
    return new Network() {
      @Override
      public void forEachAccount(Consumer<AccountView> visitor) throws IOException {
        network.forEachAccount(visitor);
      }

      @Override
      public Optional<Set<LabelKey>> labels() {
        return Optional.empty();
      }

      @Override
      public boolean isWhole() {
        return network.isWhole();
      }
    };
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private void until(Condition condition) {
    await()
        .atMost(LIMIT)
        .pollInterval(Duration.ofSeconds(1))
        .until(
            () -> {
              parts.forEach(part -> assertThat(part.isAlive()).as(part.output()).isTrue());
              return condition.holds();
            });
  }

  private void start(Map<String, String> variables, String... command) {
    Map<String, String> own = new HashMap<>(variables);
    own.put("MILLRACE_DATA", data.resolve(String.join("-", command)).toString());
    parts.add(keep(MillraceProcess.start(own, command)));
  }

  private static Map<String, String> variables(
      Simulator network, EmbeddedKafka kafka, EmbeddedPostgres postgres) {
    return Map.of(
        "KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers(),
        "DATABASE_URL", postgres.jdbcUrl(),
        "PLC_URL", network.plc().toString(),
        "INGESTER_RELAY_HOSTS", network.relays().getFirst().toString(),
        "MILLRACE_ALLOW_PRIVATE_HOSTS", "true",
        "MILLRACE_HANDLE_RESOLVER", network.pdses().getFirst().toString(),
        "MILLRACE_PARTITIONS", "4");
  }

  private static Map<String, String> handles(Database database) throws SQLException {
    Map<String, String> handles = new TreeMap<>();
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("SELECT did, handle FROM actor WHERE handle IS NOT NULL")) {
      while (rows.next()) {
        handles.put(rows.getString("did"), rows.getString("handle"));
      }
    }
    return handles;
  }

  private <T extends AutoCloseable> T keep(T resource) {
    open.push(resource);
    return resource;
  }
}
