package dev.millrace.app;

import static org.awaitility.Awaitility.await;

import dev.millrace.app.run.TemporaryDirectory;
import dev.millrace.schema.database.Database;
import dev.millrace.schema.topic.Topic;
import dev.millrace.simulator.SimulatorOptions;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/**
 * {@code scripts/replay-window [SECONDS]}: {@code millrace run} with a replay window that short,
 * until the beginning of the topics is gone; then rows are lost, and {@code millrace replay} is to
 * make the database again from what is left and from the network.
 */
final class ReplayRun {
  private static final int REPOS = 60;
  private static final double STEPS_PER_SECOND = 10;
  private static final int PARTITIONS = 4;
  private static final List<Topic> TRIMMED =
      List.of(Topic.FIREHOSE_LIVE, Topic.FIREHOSE_BACKFILL, Topic.LABEL_LIVE);

  private final PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
  private final Site site;

  private ReplayRun(Site site) {
    this.site = site;
  }

  public static void main(String[] arguments) throws Exception {
    Duration window = Duration.ofSeconds(arguments.length > 0 ? Long.parseLong(arguments[0]) : 60);
    boolean isEqual;
    try (TemporaryDirectory data = new TemporaryDirectory("millrace-replay-");
        Site site = new Site(data.path(), SimulatorOptions.of(9, REPOS))) {
      isEqual = new ReplayRun(site).run(window);
    }
    System.exit(isEqual ? 0 : 1);
  }

  private boolean run(Duration window) throws Exception {
    try (Admin admin = site.admin()) {
      String[] run = {"run", "--replay-window", window.toSeconds() + "s", "--trim-interval", "5"};
      site.start("run", run);
      site.network().traffic().resume(STEPS_PER_SECOND);
      await("the topics' beginnings to go")
          .atMost(window.plus(Site.LIMIT))
          .pollInterval(Duration.ofSeconds(1))
          .until(
              () -> {
                site.requireAlive();
                return isTrimmed(admin);
              });
      site.network().traffic().quiesce();
      site.settle(admin);
      out.println("== equal, and the topics begin later than their first event");
      site.stop("run");
      loseRows();
      out.println("== rows are lost");
      site.report(out);
      out.println("== millrace replay --dry-run");
      out.println(site.run("replay", "--dry-run"));
      out.println("== millrace replay");
      String said = site.run("replay");
      out.println(said);
      for (String word : List.of("gone: firehose_live", "gone: label_live", "asked for ")) {
        if (!said.contains(word)) {
          throw new IllegalStateException("replay did not say '" + word + "'");
        }
      }
      out.println("== millrace run");
      site.start("run", run);
      site.settle(admin);
      site.describeGroups(out);
    }
    return site.report(out);
  }

  private static boolean isTrimmed(Admin admin) throws Exception {
    Set<String> topics = admin.listTopics().names().get();
    if (TRIMMED.stream().anyMatch(topic -> !topics.contains(topic.topicName()))) {
      return false;
    }
    for (Topic topic : TRIMMED) {
      Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
      for (int partition = 0; partition < PARTITIONS; partition++) {
        asked.put(new TopicPartition(topic.topicName(), partition), OffsetSpec.earliest());
      }
      if (admin.listOffsets(asked).all().get().values().stream()
          .noneMatch(start -> start.offset() > 0)) {
        return false;
      }
    }
    return true;
  }

  private void loseRows() throws SQLException {
    try (Connection connection = Database.of(site.databaseUrl()).dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("DELETE FROM record WHERE uri LIKE '%/app.bsky.feed.post/%'");
      statement.execute("DELETE FROM post");
      statement.execute("DELETE FROM label");
    }
  }
}
