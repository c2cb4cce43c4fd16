package dev.millrace.app.manyhosts;

import static org.awaitility.Awaitility.await;

import dev.millrace.atproto.car.CarLimits;
import dev.millrace.atproto.identity.DirectoryLimits;
import dev.millrace.atproto.rate.RequestRate;
import dev.millrace.atproto.xrpc.AddressGuard;
import dev.millrace.atproto.xrpc.HttpLimits;
import dev.millrace.connectors.kafka.Batch;
import dev.millrace.connectors.kafka.KafkaConnection;
import dev.millrace.connectors.kafka.OneTransaction;
import dev.millrace.connectors.sink.PostgresSink;
import dev.millrace.connectors.sink.SinkOptions;
import dev.millrace.connectors.sink.collection.NotificationAge;
import dev.millrace.embedded.EmbeddedKafka;
import dev.millrace.embedded.EmbeddedPostgres;
import dev.millrace.schema.database.Database;
import dev.millrace.schema.database.Migrations;
import dev.millrace.schema.event.EventCodec;
import dev.millrace.schema.event.RepoListing;
import dev.millrace.schema.topic.Topic;
import dev.millrace.schema.topic.Topics;
import dev.millrace.simulator.world.Account;
import dev.millrace.topology.backfiller.Backfiller;
import dev.millrace.topology.backfiller.BackfillerOptions;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;

/** One backfill, from a listing in the topic to the rows; servers of its own. */
final class Backfilling implements AutoCloseable {
  static final RequestRate RATE = new RequestRate(6_000, Duration.ofSeconds(10));
  private static final Duration LIMIT = Duration.ofMinutes(20);
  private static final int PARTITIONS = 16;
  private static final int PAGE = 1_000;
  private static final String GROUP = "firehose_group";

  private final Deque<Runnable> open = new ArrayDeque<>();
  private final URI plc;
  private final EmbeddedKafka kafka;
  private final Database database;
  private final Path directory;

  Backfilling(URI plc, Path directory) {
    this.plc = plc;
    this.directory = directory;
    kafka = EmbeddedKafka.temporary();
    open.push(kafka::close);
    EmbeddedPostgres postgres = EmbeddedPostgres.temporary();
    open.push(postgres::close);
    database = Database.of(postgres.jdbcUrl(), Database.DEFAULT_SCHEMA);
    Migrations.migrate(database);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      Topics.create(admin, PARTITIONS, 1);
    }
  }

  KafkaConnection kafka() {
    return new KafkaConnection(kafka.bootstrapServers());
  }

  Database database() {
    return database;
  }

  void list(List<Account> accounts) {
    for (int at = 0; at < accounts.size(); at += PAGE) {
      Batch batch = new Batch();
      for (Account account : accounts.subList(at, Math.min(accounts.size(), at + PAGE))) {
        String did = account.did().value();
        batch.add(
            Topic.REPO_BACKFILL,
            did,
            EventCodec.encode(new RepoListing(did, "relay.example", account.rev(), null, true)));
      }
      OneTransaction.write(kafka(), "lister", batch);
    }
  }

  /**
   * Backfills until so many repos are whole in the database; how long that took. The parts go on
   * until this is closed.
   */
  Duration run(int repos, Patience patience) {
    PostgresSink sink =
        PostgresSink.start(
            new SinkOptions(
                kafka(),
                database.dataSource(),
                GROUP,
                "indexer-0",
                SinkOptions.ALL_STREAMS,
                2,
                500,
                Duration.ofMillis(20),
                true,
                NotificationAge.any()),
            new SimpleMeterRegistry());
    open.push(() -> sink.close(Duration.ofSeconds(20)));
    long begin = System.nanoTime();
    Backfiller backfiller = Backfiller.start(options(patience), new SimpleMeterRegistry());
    open.push(backfiller::close);
    await("all good repos")
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(200))
        .until(() -> whole() == repos);
    return Duration.ofNanos(System.nanoTime() - begin);
  }

  private BackfillerOptions options(Patience patience) {
    return BackfillerOptions.builder(kafka.bootstrapServers(), directory)
        .plc(plc)
        .directories(
            new DirectoryLimits(
                new DirectoryLimits.Policy(64, new RequestRate(1_000_000, Duration.ofSeconds(1)))))
        .addresses(
            AddressGuard.ofNetwork(
                address -> address.getHostAddress().equals(Neighbourhood.ADDRESS)))
        .hosts(patience.hosts(RATE))
        .backoff(patience.backoff())
        .car(new CarLimits(64L << 20, 2 << 20, 1_000_000, 4 << 20))
        .http(
            new HttpLimits(
                Duration.ofSeconds(2),
                Duration.ofSeconds(5),
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                5 << 20,
                5))
        .sinkGroup(GROUP)
        .build();
  }

  private int whole() throws Exception {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT count(*) FROM repo_state WHERE covered_rev IS NOT NULL")) {
      rows.next();
      return rows.getInt(1);
    }
  }

  @Override
  public void close() {
    while (!open.isEmpty()) {
      open.pop().run();
    }
  }
}
