package dev.millrace.app.command;

import dev.millrace.app.config.DataOptions;
import dev.millrace.app.config.DatabaseOptions;
import dev.millrace.app.config.Env;
import dev.millrace.app.config.IndexerGroupOptions;
import dev.millrace.app.config.IndexerOptions;
import dev.millrace.app.config.KafkaOptions;
import dev.millrace.app.config.ReplayOptions;
import dev.millrace.app.run.Pipeline;
import dev.millrace.app.run.Servers;
import dev.millrace.app.run.StopSignal;
import dev.millrace.app.run.Watch;
import dev.millrace.connectors.kafka.KafkaConnection;
import dev.millrace.connectors.replay.Replay;
import dev.millrace.connectors.sink.SinkOptions;
import dev.millrace.schema.database.Database;
import dev.millrace.schema.database.Migrations;
import dev.millrace.schema.topic.Topic;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Rebuilds the database from the topics. */
@Command(
    name = "replay",
    header = "Rebuilds the database from the topics, or reads some of them again.",
    description = {
      "",
      "Without --topic: empties what is a function of the topics, keeps what belongs to the operator",
      "(takedowns, trusted verifiers, age assurance, tags), and reads every topic up to where it ended",
      "at the beginning. What the topics no longer hold is asked for again: every known repo is",
      "requested, lists of repos and labelers are read from their beginning. With --topic: moves the",
      "positions of these topics back over what is there, which changes nothing that was right; others",
      "whose beginning was deleted unread go on at what is left of them.",
      "",
      "Stop every indexer first. Killed, it goes on when the same command is run again; an indexer that",
      "is started instead ends it, too.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  millrace replay --dry-run",
      "  millrace replay",
      "  millrace replay --into postgresql://millrace@db/bsky_new",
      "  millrace replay --topic firehose_live              mends a position below the log's start",
      "  millrace replay --topic label_live --from 2026-01-31T12:00:00Z"
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class ReplayCommand implements Callable<Integer> {
  private static final Logger log = LoggerFactory.getLogger(ReplayCommand.class);
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final Duration FOREVER = Duration.ofDays(365);
  private static final Duration LINE_EVERY = Duration.ofSeconds(10);

  @Mixin private ReplayOptions options;

  @Env("MILLRACE_DATA")
  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = {
        "The data directory of 'run', which must not be running: its embedded servers are started",
        "for this command, those that are not named."
      })
  private @Nullable Path data;

  @Mixin private IndexerOptions indexer;
  @Mixin private IndexerGroupOptions indexerGroup;
  @Mixin private KafkaOptions kafka;
  @Mixin private DatabaseOptions database;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    if (data == null) {
      return replay(new KafkaConnection(kafka.bootstrapServers()), database.database());
    }
    try (Servers servers =
        Servers.start(kafka.named(), database.named(), database.schema(), DataOptions.of(data))) {
      return replay(servers.kafka(), servers.database());
    }
  }

  private int replay(KafkaConnection cluster, Database held) throws Exception {
    Database into = options.into(database.schema());
    Database written = into == null ? held : into;
    Migrations.migrate(held);
    if (into != null && !options.isDryRun()) {
      Migrations.migrate(into);
    }
    PrintWriter out = spec.commandLine().getOut();
    ReplayReport report = new ReplayReport(out);
    String group = options.group(indexerGroup.group());
    Set<Topic> streams = streams();
    DataSource source = held.dataSource();
    DataSource target = into == null ? source : into.dataSource();
    try (StopSignal stop = new StopSignal();
        Replay replay = new Replay(cluster, source, target, group)) {
      if (options.isDryRun()) {
        report.plan(replay.plan(options.start(), options.topics()), extentOf(replay), into != null);
        out.println("nothing was changed (--dry-run)");
        return ExitCode.OK;
      }
      replay.requireNoMembers();
      prepare(replay, report, into != null, out);
      ask(replay, out);
      if (options.isPrepareOnly()) {
        out.println("prepared; 'millrace indexer' reads the rest, and ends the replay with it");
        return ExitCode.OK;
      }
      if (!read(cluster, written, group, streams, replay, stop, report)) {
        spec.commandLine()
            .getErr()
            .println("millrace replay: stopped; the same command goes on with it");
        return ExitCode.SOFTWARE;
      }
    }
    report.finished(written);
    if (into != null) {
      report.nextSteps(
          options.intoUrl(), group, streams, cluster.bootstrapServers(), indexerGroup.group());
    }
    return ExitCode.OK;
  }

  /** What the indexer reads: what it usually does, or of another database what was asked for. */
  private Set<Topic> streams() {
    Set<Topic> read =
        options.topics().isEmpty() ? EnumSet.copyOf(SinkOptions.ALL_STREAMS) : options.topics();
    if (!options.isPrepareOnly() && !indexer.topics().containsAll(read)) {
      throw new IllegalStateException(
          "the indexer is to read %s only (--indexer-streams, --indexer-mode), the replay %s: name the same, or let indexers read it (--prepare)"
              .formatted(names(indexer.topics()), names(read)));
    }
    return options.into(database.schema()) == null ? indexer.topics() : read;
  }

  private static String names(Set<Topic> topics) {
    return topics.stream().map(Topic::topicName).collect(Collectors.joining(","));
  }

  /**
   * Counted only for people, and only where it concerns them: all of a large table is looked at.
   */
  private Replay.Extent extentOf(Replay replay) throws SQLException {
    return replay.isRebuild(options.topics()) ? replay.extent() : Replay.Extent.NONE;
  }

  private void prepare(Replay replay, ReplayReport report, boolean isOther, PrintWriter out)
      throws SQLException, InterruptedException {
    String asked = options.asked(indexerGroup.group());
    Optional<String> unfinished = replay.unfinished();
    if (unfinished.isPresent() && !options.isRestart()) {
      if (!unfinished.get().equals(asked)) {
        throw new IllegalStateException(
            "a replay is unfinished: run 'millrace replay %s' to finish it, or add --restart"
                .formatted(unfinished.get()));
      }
      out.println("going on with the replay that is unfinished: " + unfinished.get());
      return;
    }
    Replay.Extent extent = extentOf(replay);
    report.plan(
        replay.prepare(options.start(), options.topics(), asked, options.isRestart()),
        extent,
        isOther);
  }

  private static void ask(Replay replay, PrintWriter out)
      throws SQLException, InterruptedException {
    MeterRegistry meters = new SimpleMeterRegistry();
    replay
        .requests()
        .resetCursors(meters)
        .forEach(
            key ->
                out.println(
                    key + " is forgotten; a producer of it that runs exits, start it again"));
    long asked =
        replay
            .requests()
            .write(
                meters,
                written -> {
                  out.printf("asked for %,d repos%n", written);
                  out.flush();
                });
    if (asked > 0) {
      out.println("the backfiller fetches them; the indexer writes them when they come");
    }
    out.flush();
  }

  /** The indexer ends the replay. */
  private static boolean isDone(Replay replay, ReplayReport report) {
    try {
      report.left(replay.left(), LINE_EVERY);
      return replay.unfinished().isEmpty();
    } catch (SQLException e) {
      // The indexer waits for the same, and says so.
      log.warn("what is left is not known: {}", e.toString());
      return false;
    }
  }

  private boolean read(
      KafkaConnection cluster,
      Database written,
      String group,
      Set<Topic> streams,
      Replay replay,
      StopSignal stop,
      ReplayReport report)
      throws Exception {
    try (Pipeline pipeline = new Pipeline(cluster, null, new SimpleMeterRegistry())) {
      pipeline.startIndexer(indexer, streams, group, written);
      return new Watch(pipeline.parts(), stop).until(() -> isDone(replay, report), LOOK, FOREVER);
    }
  }
}
