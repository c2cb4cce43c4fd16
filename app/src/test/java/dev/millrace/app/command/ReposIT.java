package dev.millrace.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.app.Main;
import dev.millrace.connectors.kafka.Batch;
import dev.millrace.connectors.kafka.KafkaConnection;
import dev.millrace.connectors.kafka.OneTransaction;
import dev.millrace.connectors.kafka.WholeTopic;
import dev.millrace.embedded.EmbeddedKafka;
import dev.millrace.embedded.EmbeddedPostgres;
import dev.millrace.schema.database.Database;
import dev.millrace.schema.database.Migrations;
import dev.millrace.schema.event.DeadLetter;
import dev.millrace.schema.event.EventCodec;
import dev.millrace.schema.event.RepoListing;
import dev.millrace.schema.event.RepoRequest;
import dev.millrace.schema.topic.Topic;
import dev.millrace.schema.topic.Topics;
import dev.millrace.simulator.Simulator;
import dev.millrace.simulator.SimulatorOptions;
import dev.millrace.simulator.world.Account;
import dev.millrace.topology.backfiller.pending.PendingRepo;
import dev.millrace.topology.backfiller.pending.PendingRepoSerde;
import dev.millrace.topology.backfiller.pending.PendingStore;
import dev.millrace.topology.backfiller.pending.Wish;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code millrace repos} as an operator types it. */
class ReposIT {
  private static final int PARTITIONS = 3;
  private static final String GROUP = "prod_backfiller";
  private static final long NEVER = 4_000_000_000_000L;

  private static EmbeddedKafka kafka;
  private static EmbeddedPostgres postgres;
  private static KafkaConnection connection;

  @TempDir private Path dir;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void startServers() throws Exception {
    kafka = EmbeddedKafka.temporary();
    postgres = EmbeddedPostgres.temporary();
    connection = new KafkaConnection(kafka.bootstrapServers());
    Migrations.migrate(Database.of(postgres.jdbcUrl(), "bsky"));
    try (Admin admin = Admin.create(connection.admin())) {
      Topics.create(admin, PARTITIONS, 1);
      admin
          .createTopics(
              List.of(
                  new NewTopic(
                      PendingStore.changelog(GROUP),
                      Optional.of(PARTITIONS),
                      Optional.of((short) 1))))
          .all()
          .get();
    }
  }

  @AfterAll
  static void stopServers() {
    postgres.close();
    kafka.close();
  }

  @Test
  void shouldSayHowARepoStands() throws Exception {
    hold("did:plc:whole", "alice.example", "3kaaaaaaaaa22", "true", "null");
    hold("did:plc:gone", null, "3kaaaaaaaaa22", "false", "'takendown'");
    wait("did:plc:parked", NEVER);
    Batch letters = new Batch();
    letters.add(
        DeadLetter.of("http-404", null)
            .did("did:plc:refused")
            .host("pds.example")
            .exception("getRepo"));
    OneTransaction.write(connection, "test", letters);

    JsonNode found =
        new ObjectMapper()
            .readTree(
                run(
                    "repos",
                    "show",
                    "--json",
                    "did:plc:whole",
                    "did:plc:gone",
                    "did:plc:parked",
                    "did:plc:refused",
                    "did:plc:unknown"));

    assertThat(found.findValuesAsText("state"))
        .containsExactly("whole", "not active", "parked", "set aside", "unknown");
    assertThat(found.at("/0/held/handle").asText()).isEqualTo("alice.example");
    assertThat(found.at("/0/held/rev").asText()).isEqualTo("3kaaaaaaaaa22");
    assertThat(found.at("/2/waiting/attempts").asInt()).isEqualTo(1);
    assertThat(found.at("/2/waiting/lastError").asText()).isEqualTo("http-500");
    assertThat(found.at("/2/waiting/host").asText()).isEqualTo("bad.example");
    assertThat(found.at("/2/waiting/notBefore").asText()).startsWith("2096-");
    assertThat(found.at("/3/deadLetters/0/reason").asText()).isEqualTo("http-404");
    assertThat(run("repos", "show", "did:plc:parked"))
        .contains("did:plc:parked: parked", "http-500", "listing")
        .doesNotContain("set aside");
  }

  @Test
  void shouldTakeInAFileOfRepos() throws Exception {
    List<String> lines = new ArrayList<>(List.of("# ours", ""));
    IntStream.range(0, 2_500).forEach(i -> lines.add("did:web:import%d.example".formatted(i)));
    Path file = Files.write(dir.resolve("dids.txt"), lines);

    assertThat(run("repos", "import", file.toString())).contains("2,500 repos are listed");

    List<RepoListing> listed = new ArrayList<>();
    WholeTopic.read(
        connection,
        Topic.REPO_BACKFILL,
        record -> listed.add(EventCodec.decodeListing(record.value())));
    assertThat(listed)
        .extracting(RepoListing::did)
        .containsExactlyInAnyOrderElementsOf(lines.subList(2, lines.size()));
    assertThat(listed).allMatch(RepoListing::active);
  }

  @Test
  void shouldRefuseAFileBeforeAnythingOfItIsWritten() throws Exception {
    Path file = Files.write(dir.resolve("bad.txt"), List.of("did:web:good.example", "no did"));
    assertThat(execute("repos", "import", file.toString())).isNotZero();
    assertThat(err.toString()).contains("bad.txt, line 2: 'no did' is neither");
    assertThat(requests()).noneMatch(request -> request.did().contains("good.example"));
  }

  @Test
  void shouldResolveHandlesAndTellThoseThatNameNobody() throws Exception {
    try (Simulator simulator = Simulator.start(SimulatorOptions.of(5, 3).withBacklog(0))) {
      Account account = simulator.world().accounts().getFirst();
      String handle = account.handle();
      String[] network = {
        "--plc", simulator.plc().toString(),
        "--handle-resolver", simulator.pdses().getFirst().toString(),
        "--allow-private-hosts"
      };
      Path file =
          Files.write(dir.resolve("handles.txt"), List.of(handle, "nobody.invalid.example"));

      assertThat(execute(with(network, "repos", "import", "--priority", file.toString())))
          .isNotZero();
      assertThat(err.toString()).contains("nobody.invalid.example");
      assertThat(out.toString()).contains("1 repos are asked for");
      assertThat(execute(with(network, "repos", "add", "--priority", handle))).isZero();

      assertThat(requests())
          .filteredOn(request -> request.did().equals(account.did().value()))
          .extracting(RepoRequest::priority)
          .containsExactly(false, true);
    }
  }

  private static String[] with(String[] options, String... command) {
    List<String> all = new ArrayList<>(List.of(command));
    all.addAll(List.of(options));
    return all.toArray(String[]::new);
  }

  private static List<RepoRequest> requests() {
    List<RepoRequest> requests = new ArrayList<>();
    WholeTopic.read(
        connection,
        Topic.REPO_REQUESTS,
        record -> requests.add(EventCodec.decodeRequest(record.value())));
    return requests;
  }

  private static void hold(
      String did, @Nullable String handle, String rev, String active, String status)
      throws Exception {
    String quoted = handle == null ? "null" : "'" + handle + "'";
    try (Connection database =
            Database.of(postgres.jdbcUrl(), "bsky").dataSource().getConnection();
        Statement statement = database.createStatement()) {
      statement.execute(
          "INSERT INTO repo_state (did, covered_rev, active, status) VALUES ('%s','%s',%s,%s)"
              .formatted(did, rev, active, status));
      statement.execute(
          "INSERT INTO actor_sync (did, \"commitCid\", \"repoRev\") VALUES ('%s', 'x', '%s')"
              .formatted(did, rev));
      statement.execute(
          "INSERT INTO actor (did, handle, \"indexedAt\") VALUES ('%s', %s, '2026-01-01')"
              .formatted(did, quoted));
    }
  }

  private static void wait(String did, long notBefore) throws Exception {
    PendingRepo repo =
        PendingRepo.of(Wish.of(new RepoListing(did, "relay.example", null, null, true)), 1)
            .failed("http-500", "bad.example", notBefore);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      String changelog = PendingStore.changelog(GROUP);
      producer
          .send(
              new ProducerRecord<>(
                  changelog,
                  Topic.key(did),
                  PendingRepoSerde.serde().serializer().serialize(changelog, repo)))
          .get();
    }
  }

  private String run(String... arguments) {
    assertThat(execute(arguments)).as(err.toString()).isZero();
    return out.toString();
  }

  private int execute(String... arguments) {
    CommandLine command =
        Main.commandLine(
            Map.of(
                "KAFKA_BOOTSTRAP_SERVERS",
                kafka.bootstrapServers(),
                "DATABASE_URL",
                postgres.jdbcUrl()));
    command.setErr(new PrintWriter(err, true));
    command.setOut(new PrintWriter(out, true));
    out.getBuffer().setLength(0);
    return command.execute(arguments);
  }
}
