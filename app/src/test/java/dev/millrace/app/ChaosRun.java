package dev.millrace.app;

import static org.awaitility.Awaitility.await;

import dev.millrace.app.compare.Comparison;
import dev.millrace.app.compare.Report;
import dev.millrace.app.demo.SimulatedNetwork;
import dev.millrace.app.run.Lags;
import dev.millrace.connectors.kafka.KafkaConnection;
import dev.millrace.connectors.sink.SinkOptions;
import dev.millrace.embedded.EmbeddedKafka;
import dev.millrace.embedded.EmbeddedPostgres;
import dev.millrace.schema.database.Database;
import dev.millrace.schema.topic.Topic;
import dev.millrace.simulator.Simulator;
import dev.millrace.simulator.SimulatorOptions;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;

/**
 * {@code scripts/chaos [SECONDS]}: every part as processes of its own on one broker and Postgres,
 * two indexers and two backfillers among them, under traffic; one of each is killed with -9 every
 * few seconds. Then no more is killed, all lags must come to 0 and Postgres be equal.
 */
final class ChaosRun implements AutoCloseable {
  private static final int REPOS = 60;
  private static final double STEPS_PER_SECOND = 20;
  private static final Duration SETTLE_LIMIT = Duration.ofMinutes(10);
  private static final Duration READY_LIMIT = Duration.ofMinutes(3);

  private final Deque<Runnable> open = new ArrayDeque<>();
  private final PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
  private final SplittableRandom random = new SplittableRandom(7);
  private final Simulator network;
  private final EmbeddedKafka kafka;
  private final EmbeddedPostgres postgres;
  private final Path data;
  private final Map<String, MillraceProcess> processes = new TreeMap<>();
  private final Map<String, String[]> commands = new TreeMap<>();

  private ChaosRun() throws Exception {
    data = Files.createTempDirectory("millrace-chaos-");
    network = Simulator.start(SimulatorOptions.of(7, REPOS));
    open.push(network::close);
    kafka = EmbeddedKafka.temporary();
    open.push(kafka::close);
    postgres = EmbeddedPostgres.temporary();
    open.push(postgres::close);
  }

  public static void main(String[] arguments) throws Exception {
    Duration time = Duration.ofSeconds(arguments.length > 0 ? Long.parseLong(arguments[0]) : 300);
    boolean isEqual;
    try (ChaosRun run = new ChaosRun()) {
      isEqual = run.run(time);
    }
    System.exit(isEqual ? 0 : 1);
  }

  private boolean run(Duration time) throws Exception {
    try (MillraceProcess migrate = MillraceProcess.start(variables("migrate"), "migrate")) {
      if (migrate.awaitExit(READY_LIMIT) != 0) {
        throw new IllegalStateException(migrate.output());
      }
    }
    start();
    network.traffic().resume(STEPS_PER_SECOND);
    int kills = killFor(time);
    network.traffic().quiesce();
    out.printf("%d kills in %d s; now all may catch up%n", kills, time.toSeconds());
    try (Admin admin = Admin.create(new KafkaConnection(kafka.bootstrapServers()).admin())) {
      Map<String, Map<String, Long>> lags = settle(new Lags(admin));
      lags.forEach((group, byTopic) -> out.printf("lag of %-16s %s%n", group, byTopic));
    }
    Report report = compare();
    report.print(out);
    return report.isEqual();
  }

  private void start() {
    commands.put("indexer-a", new String[] {"indexer"});
    commands.put("indexer-b", new String[] {"indexer"});
    commands.put("backfiller-a", new String[] {"backfiller"});
    commands.put("backfiller-b", new String[] {"backfiller"});
    commands.put("firehose", new String[] {"ingest", "firehose"});
    commands.put("labels", new String[] {"ingest", "labels"});
    commands.put("repos", new String[] {"ingest", "repos"});
    commands.put("tracker-a", new String[] {"tracker"});
    commands.put("tracker-b", new String[] {"tracker"});
    commands.forEach(this::start);
  }

  private void start(String name, String[] command) {
    MillraceProcess before = processes.put(name, MillraceProcess.start(variables(name), command));
    if (before != null) {
      before.close();
    }
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

  /** One of each pair, in turns; whoever ends by itself ends the run. */
  private int killFor(Duration time) throws InterruptedException {
    List<String> pairs =
        commands.keySet().stream()
            .filter(name -> name.endsWith("-a"))
            .map(name -> name.substring(0, name.length() - 2))
            .toList();
    long end = System.nanoTime() + time.toNanos();
    int kills = 0;
    while (System.nanoTime() < end) {
      TimeUnit.MILLISECONDS.sleep(3_000 + random.nextInt(5_000)); // the pace is what is tested
      requireAlive();
      for (String pair : pairs) {
        String victim = pair + (random.nextBoolean() ? "-a" : "-b");
        kill(victim);
        kills++;
        out.printf("killed %s%n", victim);
      }
    }
    return kills;
  }

  private void kill(String victim) {
    Objects.requireNonNull(processes.get(victim)).kill();
    start(victim, Objects.requireNonNull(commands.get(victim)));
  }

  private void requireAlive() {
    processes.forEach(
        (name, process) -> {
          if (!process.isAlive()) {
            throw new IllegalStateException(name + " ended by itself:\n" + process.output());
          }
        });
  }

  /** Waits until the tables are equal and nobody is behind; the lags. */
  private Map<String, Map<String, Long>> settle(Lags lags) throws Exception {
    Map<String, List<String>> topics = new TreeMap<>();
    topics.put("firehose_group", names(SinkOptions.ALL_STREAMS));
    topics.put("prod_backfiller", names(List.of(Topic.REPO_BACKFILL, Topic.REPO_REQUESTS)));
    topics.put("prod_tracker", names(List.of(Topic.FIREHOSE_LIVE, Topic.FIREHOSE_BACKFILL)));
    Map<String, Map<String, Long>> found = new TreeMap<>();
    await("the end")
        .atMost(SETTLE_LIMIT)
        .pollInterval(Duration.ofSeconds(1))
        .until(
            () -> {
              requireAlive();
              topics.forEach((group, of) -> found.put(group, new TreeMap<>(lags.of(group, of))));
              return found.values().stream()
                      .allMatch(byTopic -> byTopic.values().stream().allMatch(lag -> lag == 0))
                  && compare().isEqual();
            });
    return found;
  }

  private Report compare() throws Exception {
    return new Comparison(
            new SimulatedNetwork(network.world()), Database.of(postgres.jdbcUrl()), Set.of())
        .run();
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
