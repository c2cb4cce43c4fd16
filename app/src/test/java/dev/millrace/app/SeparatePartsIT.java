package dev.millrace.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.app.compare.Comparison;
import dev.millrace.app.demo.SimulatedNetwork;
import dev.millrace.embedded.EmbeddedKafka;
import dev.millrace.embedded.EmbeddedPostgres;
import dev.millrace.schema.database.Database;
import dev.millrace.simulator.Simulator;
import dev.millrace.simulator.SimulatorOptions;
import dev.millrace.simulator.world.Account;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each part as a process of its own, configured by variables, against servers of their own. */
final class SeparatePartsIT {
  private static final Duration LIMIT = Duration.ofMinutes(3);

  @TempDir Path data;

  private final Deque<AutoCloseable> open = new ArrayDeque<>();

  @AfterEach
  void closeAll() throws Exception {
    while (!open.isEmpty()) {
      open.pop().close();
    }
  }

  @Test
  void shouldEndEqualAndStopInOrder() throws Exception {
    Simulator network = keep(Simulator.start(SimulatorOptions.of(4, 20)));
    EmbeddedKafka kafka = keep(EmbeddedKafka.temporary());
    EmbeddedPostgres postgres = keep(EmbeddedPostgres.temporary());
    Map<String, String> variables =
        Map.of(
            "KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers(),
            "DATABASE_URL", postgres.jdbcUrl(),
            "PLC_URL", network.plc().toString(),
            "INGESTER_RELAY_HOSTS", network.relays().getFirst().toString(),
            "INGESTER_LABELER_HOSTS", network.labelers().getFirst().toString(),
            "MILLRACE_ALLOW_PRIVATE_HOSTS", "true",
            "MILLRACE_HANDLE_RESOLVER", network.pdses().getFirst().toString(),
            "MILLRACE_FIRST_CURSOR", "0",
            "MILLRACE_PARTITIONS", "4",
            "MILLRACE_DATA", data.toString());
    MillraceProcess migrate = run(variables, "migrate");
    assertThat(migrate.awaitExit(LIMIT)).as(migrate.output()).isZero();

    List<MillraceProcess> parts = new ArrayList<>();
    for (String part :
        List.of(
            "indexer",
            "backfiller",
            "tracker",
            "ingest firehose",
            "ingest labels",
            "ingest repos")) {
      parts.add(run(variables, part.split(" ", -1)));
    }

    Callable<Boolean> isEqual =
        () -> {
          parts.forEach(part -> assertThat(part.isAlive()).as(part.output()).isTrue());
          return new Comparison(
                  new SimulatedNetwork(network.world()), Database.of(postgres.jdbcUrl()), Set.of())
              .run()
              .isEqual();
        };
    await().atMost(LIMIT).pollInterval(Duration.ofSeconds(2)).until(isEqual);

    Account stuck = active(network).getFirst();
    String did = stuck.did().value();
    takeForNewer(postgres, did);
    network
        .world()
        .direct()
        .put(
            did,
            "app.bsky.feed.post",
            "new",
            Map.of(
                "$type",
                "app.bsky.feed.post",
                "text",
                "new",
                "createdAt",
                "2026-01-01T00:00:00.000Z"));
    MillraceProcess reset = run(variables, "repos", "reset", did);
    assertThat(reset.awaitExit(LIMIT)).as(reset.output()).isZero();
    assertThat(reset.output()).contains(did + " is reset");
    await().atMost(LIMIT).pollInterval(Duration.ofSeconds(2)).until(isEqual);

    MillraceProcess compare = run(variables, "compare", "--pds", join(network));
    assertThat(compare.awaitExit(LIMIT)).as(compare.output()).isZero();

    Account wanted = active(network).getLast();
    MillraceProcess add = run(variables, "repos", "add", wanted.handle());
    assertThat(add.awaitExit(LIMIT)).as(add.output()).isZero();
    assertThat(add.output()).contains(wanted.did() + " is asked for");

    MillraceProcess cursors = run(variables, "cursors", "list");
    assertThat(cursors.awaitExit(LIMIT)).isZero();
    assertThat(cursors.output())
        .containsPattern("firehose +127.0.0.1:[0-9]+ +[1-9]")
        .containsPattern("labels +127.0.0.1:[0-9]+ +[1-9]")
        .containsPattern("repos +127.0.0.1:[0-9]+ ");

    String relay = network.relays().getFirst().toString();
    MillraceProcess set = run(variables, "cursors", "set", "firehose", relay, "1");
    assertThat(set.awaitExit(LIMIT)).as(set.output()).isZero();
    network.world().step(5);
    MillraceProcess firehose = parts.get(3);
    assertThat(firehose.awaitExit(LIMIT)).as(firehose.output()).isEqualTo(1);
    assertThat(firehose.output()).contains("millrace ingest firehose: firehose:");

    for (MillraceProcess part : parts) {
      if (part != firehose) {
        part.terminate();
        assertThat(part.awaitExit(LIMIT)).as(part.output()).isEqualTo(143);
        assertThat(part.output()).contains("stopped").doesNotContain("did not stop in time");
      }
    }
  }

  private MillraceProcess run(Map<String, String> variables, String... command) {
    return keep(MillraceProcess.start(variables, command));
  }

  private static List<Account> active(Simulator network) {
    return network.world().accounts().stream()
        .filter(account -> account.isActive() && !account.collections().isEmpty())
        .toList();
  }

  /**
   * As after a bug or a wrong restore: every rev that comes is below what is said to be covered.
   */
  private static void takeForNewer(EmbeddedPostgres postgres, String did) throws SQLException {
    try (Connection connection = Database.of(postgres.jdbcUrl()).dataSource().getConnection();
        PreparedStatement update =
            connection.prepareStatement("UPDATE repo_state SET covered_rev = ? WHERE did = ?")) {
      update.setString(1, "7zzzzzzzzzzzz");
      update.setString(2, did);
      assertThat(update.executeUpdate()).isOne();
    }
  }

  private static String join(Simulator network) {
    return String.join(",", network.pdses().stream().map(Object::toString).toList());
  }

  private <T extends AutoCloseable> T keep(T resource) {
    open.push(resource);
    return resource;
  }
}
