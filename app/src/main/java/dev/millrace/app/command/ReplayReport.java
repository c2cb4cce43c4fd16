package dev.millrace.app.command;

import dev.millrace.connectors.replay.Replay;
import dev.millrace.connectors.replay.ReplayPlan;
import dev.millrace.connectors.sink.SinkOptions;
import dev.millrace.schema.database.Database;
import dev.millrace.schema.topic.Topic;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What a replay tells people. */
final class ReplayReport {
  private final PrintWriter out;
  private final long begunNanos = System.nanoTime();
  private long lastLineNanos = begunNanos;

  ReplayReport(PrintWriter out) {
    this.out = out;
  }

  /** What will be done, or was set up. */
  void plan(ReplayPlan plan, Replay.Extent extent, boolean isOther) {
    Set<Topic> topics = new TreeSet<>();
    plan.positions().values().forEach(positions -> topics.addAll(positions.keySet()));
    for (Topic topic : topics) {
      out.printf("%-18s %,d events to read%n", topic.topicName(), plan.events(topic));
    }
    for (ReplayPlan.Gone gone : plan.gone()) {
      if (gone.beyond() != null) {
        out.printf(
            "gone: %s partition %d as it was read up to %,d: the topic was made anew, or the database"
                + " is newer than the broker%n",
            gone.topic().topicName(), gone.partition(), gone.beyond());
        continue;
      }
      out.printf(
          "gone: %s partition %d begins at %,d, asked was %,d; the oldest event left is %s%n",
          gone.topic().topicName(),
          gone.partition(),
          gone.start(),
          gone.asked(),
          gone.oldest() == null ? "none" : "of " + gone.oldest());
    }
    if (!plan.isRebuild()) {
      out.println("read again over the rows that are there: nothing is emptied");
    } else if (isOther) {
      out.printf(
          "into an empty database; what is the operator's is copied (%,d records with takedowns or"
              + " tags, and actors)%n",
          extent.operatorsRecords());
    } else {
      out.printf(
          "the tables are emptied; what is the operator's stays (%,d records with takedowns or tags,"
              + " and actors)%n",
          extent.operatorsRecords());
    }
    if (plan.missesRepos()) {
      out.printf(
          "the topics do not hold everything: %s repos are asked for again, and lists of repos are"
              + " read from their beginning%n",
          plan.isRebuild()
              ? "all %,d known".formatted(extent.repos())
              : "of partitions %s all known".formatted(plan.unknownPartitions()));
    }
    if (plan.missesLabels()) {
      out.println("labels are missing: labelers are read from their first label");
    }
    out.flush();
  }

  /** Says at intervals what is left. */
  void left(long events, Duration every) {
    if (System.nanoTime() - lastLineNanos > every.toNanos()) {
      lastLineNanos = System.nanoTime();
      out.printf("%,d events left%n", events);
      out.flush();
    }
  }

  void finished(Database written) {
    out.printf(
        "replayed in %,d s: %s has all that the topics held at the beginning%n",
        Duration.ofNanos(System.nanoTime() - begunNanos).toSeconds(), written);
    out.flush();
  }

  /**
   * What is to be done with another database.
   *
   * @param url without its password
   */
  void nextSteps(
      String url, String group, Set<Topic> streams, String bootstrapServers, String formerGroup) {
    String narrowed =
        streams.containsAll(SinkOptions.ALL_STREAMS)
            ? ""
            : " --indexer-streams "
                + streams.stream().map(Topic::topicName).collect(Collectors.joining(","));
    out.println(
        "what the operator and the AppView's users said is as of the replay's begin; what they said"
            + " to the former database since must be said again");
    out.printf(
        "its indexer from now on: millrace indexer --database-url '%s' --indexer-group %s%s%n",
        url, group, narrowed);
    out.printf(
        "once the former database is not needed any more: kafka-consumer-groups --bootstrap-server %s"
            + " --delete --group %s, for trimming waits for every group%n",
        bootstrapServers, formerGroup);
    out.flush();
  }
}
