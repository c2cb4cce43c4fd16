package dev.millrace.connectors.window;

import static org.awaitility.Awaitility.await;

import dev.millrace.atproto.identity.CachingDidResolver;
import dev.millrace.atproto.identity.HttpDidResolver;
import dev.millrace.atproto.repo.RepoOp;
import dev.millrace.atproto.stream.CommitMessage;
import dev.millrace.atproto.stream.StreamClient;
import dev.millrace.atproto.stream.StreamLimits;
import dev.millrace.atproto.xrpc.AddressGuard;
import dev.millrace.atproto.xrpc.HttpLimits;
import dev.millrace.atproto.xrpc.XrpcClient;
import dev.millrace.connectors.firehose.FirehoseOptions;
import dev.millrace.connectors.firehose.FirehoseProducer;
import dev.millrace.connectors.ingest.IngestPart;
import dev.millrace.connectors.ingest.IngestScope;
import dev.millrace.connectors.ingest.ServiceHost;
import dev.millrace.connectors.kafka.Cluster;
import dev.millrace.connectors.kafka.WriteSteps;
import dev.millrace.connectors.sink.PostgresSink;
import dev.millrace.connectors.sink.SinkOptions;
import dev.millrace.connectors.sink.collection.NotificationAge;
import dev.millrace.embedded.EmbeddedPostgres;
import dev.millrace.schema.database.Database;
import dev.millrace.schema.database.Migrations;
import dev.millrace.simulator.Simulator;
import dev.millrace.simulator.SimulatorOptions;
import dev.millrace.simulator.event.EventLog;
import dev.millrace.simulator.world.Action;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import javax.sql.DataSource;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/** A network with ten days behind it, a broker and a database: what a window of it comes to. */
final class PastNetwork implements AutoCloseable {
  static final Duration LIMIT = Duration.ofSeconds(90);

  /** Each is told by two events, about. */
  static final int STEPS = 3_000;

  final Simulator network;
  final Cluster cluster = Cluster.start();
  final EmbeddedPostgres postgres = EmbeddedPostgres.temporary();
  final DataSource database;
  final List<String> notes = new ArrayList<>();
  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  final XrpcClient http = new XrpcClient(HttpLimits.DEFAULT, AddressGuard.of(true));
  final CachingDidResolver resolver;
  WindowProgress progress = new WindowProgress(0, 0, 0, 0, null, 0, 0, 0, null, Duration.ZERO);

  PastNetwork(int retention, Action... without) {
    network =
        Simulator.start(
            SimulatorOptions.of(11, 40)
                .withRelays(1)
                .withLabelers(0)
                .withBacklog(STEPS)
                .withHistory(Duration.ofDays(10))
                .withRetention(retention)
                .withStart(Instant.now().minusSeconds(5))
                .without(without));
    resolver =
        new CachingDidResolver(
            new HttpDidResolver(http, network.plc()),
            10_000,
            Duration.ofHours(1),
            Duration.ofSeconds(10));
    Database made = Database.of(postgres.jdbcUrl());
    Migrations.migrate(made);
    database = made.dataSource();
  }

  /** Nothing but records: what their commits say is all there is to know. */
  static PastNetwork ofRecords(int retention) {
    return new PastNetwork(
        retention,
        Action.STATUS,
        Action.SYNC,
        Action.RESET,
        Action.ROTATE_KEY,
        Action.MIGRATE,
        Action.NEW_ACCOUNT);
  }

  ServiceHost relay() {
    return ServiceHost.parse(network.relays().getFirst().toString());
  }

  EventLog log() {
    return network.world().streams().relays().getFirst();
  }

  WindowOptions options(@Nullable Integer days, @Nullable Long start, int workers) {
    return new WindowOptions(
        "backfill",
        relay(),
        true,
        days,
        start,
        null,
        false,
        false,
        workers,
        50,
        IngestScope.EVERYTHING,
        Duration.ofSeconds(2),
        LIMIT);
  }

  WindowOptions resume(int workers) {
    return new WindowOptions(
        "backfill",
        relay(),
        true,
        null,
        null,
        null,
        true,
        false,
        workers,
        50,
        IngestScope.EVERYTHING,
        Duration.ofSeconds(2),
        LIMIT);
  }

  WindowOptions smallBatches(int days, int workers) {
    return new WindowOptions(
        "backfill",
        relay(),
        true,
        days,
        null,
        null,
        false,
        false,
        workers,
        5,
        IngestScope.EVERYTHING,
        Duration.ofSeconds(2),
        LIMIT);
  }

  WindowOptions service(int days) {
    return new WindowOptions(
        "backfill",
        relay(),
        true,
        days,
        null,
        null,
        false,
        true,
        2,
        50,
        IngestScope.EVERYTHING,
        Duration.ofSeconds(2),
        LIMIT);
  }

  StreamClient client() {
    return new StreamClient(
        AddressGuard.of(true).install(new OkHttpClient.Builder()).build(),
        StreamLimits.DEFAULT.withSilence(Duration.ofSeconds(5)));
  }

  URI endpoint() {
    return URI.create(relay().webSocket() + "/xrpc/com.atproto.sync.subscribeRepos");
  }

  /** Live ingestion from a cursor on, until it has all. */
  void followLive(long after) {
    IngestPart live =
        FirehoseProducer.start(
            FirehoseOptions.of(relay()).firstCursor(after),
            cluster.connection(),
            client(),
            resolver,
            meters);
    await()
        .atMost(LIMIT)
        .until(
            () ->
                cluster
                    .cursor("firehose:" + relay().name())
                    .map(value -> String.valueOf(log().lastSeq()).equals(value.cursor()))
                    .orElse(false));
    live.close(LIMIT);
  }

  long windowStart() throws SQLException {
    return one("SELECT start_cursor FROM backfill_window");
  }

  long rangeCursor() throws SQLException {
    return one("SELECT cursor FROM backfill_range");
  }

  void execute(String sql) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  WindowEnd run(WindowOptions options) throws InterruptedException {
    return run(options, new Throttle(Pace.UNLIMITED, List.of()), WriteSteps.NONE, () -> false);
  }

  WindowEnd run(WindowOptions options, Throttle throttle, WriteSteps steps, BooleanSupplier stop)
      throws InterruptedException {
    return new WindowRun(
            cluster.connection(),
            database,
            client(),
            resolver,
            meters,
            throttle,
            Clock.systemUTC(),
            steps)
        .run(
            options,
            new WindowListener() {
              @Override
              public void note(String text) {
                notes.add(text);
              }

              @Override
              public void progress(WindowProgress now) {
                progress = now;
              }
            },
            stop);
  }

  /** Has what is on the topics made into rows. */
  void index() throws Exception {
    String group = "group-" + UUID.randomUUID();
    try (PostgresSink sink =
        PostgresSink.start(
            new SinkOptions(
                cluster.connection(),
                database,
                group,
                "sink",
                SinkOptions.ALL_STREAMS,
                2,
                1_000,
                Duration.ofMillis(20),
                true,
                NotificationAge.any()),
            meters)) {
      await()
          .atMost(LIMIT)
          .until(() -> sink.ready() && one("SELECT count(*) FROM partition_position") > 0);
      await().atMost(LIMIT).until(() -> left() == 0);
    }
  }

  private long left() throws Exception {
    long ends = 0;
    for (var topic : SinkOptions.ALL_STREAMS) {
      ends += cluster.records(topic).isEmpty() ? 0 : unread(topic.topicName());
    }
    return ends;
  }

  private long unread(String topic) throws Exception {
    try (var admin = org.apache.kafka.clients.admin.Admin.create(cluster.connection().admin())) {
      var logs = new dev.millrace.connectors.trim.Logs(admin);
      long unread = 0;
      for (var end : logs.ends(logs.partitions(List.of(topic))).entrySet()) {
        unread +=
            Math.max(
                0,
                end.getValue()
                    - one(
                        "SELECT coalesce(max((positions ->> '%s')::bigint), 0) FROM"
                                .formatted(topic)
                            + " partition_position WHERE partition = "
                            + end.getKey().partition()));
      }
      return unread;
    }
  }

  long one(String sql) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      return rows.next() ? rows.getLong(1) : 0;
    }
  }

  /** URI to CID, of what was written after a cursor and is still there. */
  Map<String, String> written(long after) {
    Map<String, String> records = new TreeMap<>();
    for (EventLog.Entry entry : log().read(after, Integer.MAX_VALUE / 2)) {
      if (entry.event().message(entry.seq()) instanceof CommitMessage commit) {
        for (RepoOp op : commit.ops()) {
          String uri = "at://" + commit.repo() + "/" + op.path();
          var cid = op.cid();
          if (cid == null) {
            records.remove(uri);
          } else {
            records.put(uri, cid.toString());
          }
        }
      }
    }
    return records;
  }

  /** The last number before a time. */
  long before(Instant cutOff) {
    long last = 0;
    for (EventLog.Entry entry : log().read(0, Integer.MAX_VALUE / 2)) {
      Instant time = FirehoseProbe.time(entry.event().message(entry.seq()));
      if (time != null && time.isBefore(cutOff)) {
        last = entry.seq();
      }
    }
    return last;
  }

  Map<String, String> rows() throws SQLException {
    Map<String, String> rows = new TreeMap<>();
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement();
        ResultSet results = statement.executeQuery("SELECT uri, cid FROM record")) {
      while (results.next()) {
        rows.put(results.getString(1), results.getString(2));
      }
    }
    return rows;
  }

  @Override
  public void close() {
    resolver.close();
    http.close();
    network.close();
    postgres.close();
    cluster.close();
  }
}
