package dev.millrace.app;

import static org.awaitility.Awaitility.await;

import dev.millrace.app.compare.Comparison;
import dev.millrace.app.compare.Report;
import dev.millrace.app.demo.SimulatedNetwork;
import dev.millrace.app.run.Lags;
import dev.millrace.connectors.kafka.KafkaConnection;
import dev.millrace.connectors.sink.SinkOptions;
import dev.millrace.connectors.sink.collection.Collections;
import dev.millrace.connectors.sink.queue.DeriveQueue;
import dev.millrace.connectors.sink.verify.Findings;
import dev.millrace.connectors.sink.verify.Verification;
import dev.millrace.embedded.EmbeddedKafka;
import dev.millrace.embedded.EmbeddedPostgres;
import dev.millrace.schema.database.Database;
import dev.millrace.schema.topic.Topic;
import dev.millrace.simulator.Simulator;
import dev.millrace.simulator.SimulatorOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.tools.consumer.group.ConsumerGroupCommand;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;

/**
 * A simulated network, one broker and one Postgres, and the parts as processes with names. Owned by
 * the thread that made it.
 */
final class Site implements AutoCloseable {
  static final Duration LIMIT = Duration.ofMinutes(3);
  private static final Duration SETTLE_LIMIT = Duration.ofMinutes(10);

  /** What each group reads. */
  private static final Map<String, List<Topic>> GROUPS =
      new TreeMap<>(
          Map.of(
              "firehose_group", SinkOptions.ALL_STREAMS,
              "prod_backfiller", List.of(Topic.REPO_BACKFILL, Topic.REPO_REQUESTS),
              "prod_tracker", List.of(Topic.FIREHOSE_LIVE, Topic.FIREHOSE_BACKFILL)));

  private final Deque<Runnable> open = new ArrayDeque<>();
  private final Simulator network;
  private final EmbeddedKafka kafka;
  private final EmbeddedPostgres postgres;
  private final Path data;
  private final Map<String, MillraceProcess> processes = new TreeMap<>();
  private final Map<String, String[]> commands = new HashMap<>();

  Site(Path data, SimulatorOptions options) {
    this.data = data;
    network = Simulator.start(options);
    open.push(network::close);
    kafka = EmbeddedKafka.temporary();
    open.push(kafka::close);
    postgres = EmbeddedPostgres.temporary();
    open.push(postgres::close);
  }

  Simulator network() {
    return network;
  }

  /** Runs a command to its end; what it printed. */
  String run(String... command) throws InterruptedException {
    try (MillraceProcess process = MillraceProcess.start(variables(command[0]), command)) {
      if (process.awaitExit(LIMIT) != 0) {
        throw new IllegalStateException(String.join(" ", command) + ":\n" + process.output());
      }
      return process.output();
    }
  }

  /** A command beside the parts; who asks for it closes it. */
  MillraceProcess process(String... command) {
    return MillraceProcess.start(variables(command[0]), command);
  }

  void start(String name, String... command) {
    commands.put(name, command);
    MillraceProcess before = processes.put(name, MillraceProcess.start(variables(name), command));
    if (before != null) {
      before.close();
    }
  }

  /** With -9, and starts another at once. */
  void kill(String name) {
    Objects.requireNonNull(processes.get(name)).kill();
    start(name, Objects.requireNonNull(commands.get(name)));
  }

  /** As an operator stops it. */
  void stop(String name) throws InterruptedException {
    MillraceProcess process = Objects.requireNonNull(processes.remove(name));
    process.terminate();
    process.awaitExit(LIMIT);
    process.close();
  }

  /** Whoever ends by itself ends the run. */
  void requireAlive() {
    processes.forEach(
        (name, process) -> {
          if (!process.isAlive()) {
            throw new IllegalStateException(name + " ended by itself:\n" + process.output());
          }
        });
  }

  /** Waits until the tables are equal and nobody is behind. */
  void settle(Admin admin) {
    Lags lags = new Lags(admin);
    await("the end")
        .atMost(SETTLE_LIMIT)
        .pollInterval(Duration.ofSeconds(1))
        .until(
            () -> {
              requireAlive();
              return GROUPS.entrySet().stream()
                      .allMatch(
                          group ->
                              lags.of(group.getKey(), names(group.getValue())).values().stream()
                                  .allMatch(lag -> lag == 0))
                  && compare().isEqual()
                  && isDerived();
            });
  }

  /** Against the network, and every table against the others; whether all is equal. */
  boolean report(PrintWriter out) throws Exception {
    Report report = compare();
    report.print(out);
    Findings findings = new Verification(database().dataSource(), Collections.indexed()).run();
    out.println(
        "  notifications, flags, threads and counters against their rules: "
            + (findings.total() == 0 ? "equal" : "differ"));
    findings.first().forEach(found -> out.println("    " + found));
    return report.isEqual() && findings.total() == 0;
  }

  /** What {@code kafka-consumer-groups --describe} prints of each group. */
  void describeGroups(PrintWriter out) throws IOException, InterruptedException {
    for (String group : GROUPS.keySet()) {
      out.println("kafka-consumer-groups --describe --group " + group);
      out.flush();
      Process tool =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  "-Dlogback.configurationFile=" + System.getProperty("logback.configurationFile"),
                  ConsumerGroupCommand.class.getName(),
                  "--bootstrap-server",
                  kafka.bootstrapServers(),
                  "--describe",
                  "--group",
                  group)
              .inheritIO()
              .start();
      if (!tool.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        tool.destroyForcibly();
        throw new IllegalStateException("kafka-consumer-groups did not end");
      }
    }
  }

  Admin admin() {
    return Admin.create(new KafkaConnection(kafka.bootstrapServers()).admin());
  }

  String databaseUrl() {
    return postgres.jdbcUrl();
  }

  private boolean isDerived() throws SQLException {
    try (Connection connection = database().dataSource().getConnection()) {
      return DeriveQueue.size(DSL.using(connection, SQLDialect.POSTGRES), 1) == 0;
    }
  }

  private Database database() {
    return Database.of(postgres.jdbcUrl());
  }

  private Report compare() throws Exception {
    return new Comparison(new SimulatedNetwork(network.world()), database(), Set.of()).run();
  }

  private Map<String, String> variables(String name) {
    Map<String, String> variables = new HashMap<>();
    variables.put("KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers());
    variables.put("DATABASE_URL", postgres.jdbcUrl());
    variables.put("PLC_URL", network.plc().toString());
    variables.put(
        "INGESTER_RELAY_HOSTS",
        String.join(",", network.relays().stream().map(Object::toString).toList()));
    variables.put("INGESTER_LABELER_HOSTS", network.labelers().getFirst().toString());
    variables.put("MILLRACE_ALLOW_PRIVATE_HOSTS", "true");
    variables.put("MILLRACE_FIRST_CURSOR", "0");
    variables.put("MILLRACE_PARTITIONS", "4");
    variables.put("INDEXER_CONCURRENCY", "2");
    variables.put("INDEXER_CONSUMER", name);
    variables.put("BACKFILLER_CONSUMER_NAME", name);
    variables.put("TRACKER_CONSUMER_NAME", name);
    variables.put("MILLRACE_HANDLE_RESOLVER", network.pdses().getFirst().toString());
    variables.put("MILLRACE_DATA", data.resolve(name).toString());
    return variables;
  }

  private static List<String> names(List<Topic> topics) {
    return topics.stream().map(Topic::topicName).toList();
  }

  @Override
  public void close() {
    new ArrayList<>(processes.values()).forEach(MillraceProcess::close);
    while (!open.isEmpty()) {
      open.pop().run();
    }
  }
}
