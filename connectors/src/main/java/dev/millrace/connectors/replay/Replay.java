package dev.millrace.connectors.replay;

import dev.millrace.connectors.kafka.KafkaConnection;
import dev.millrace.connectors.sink.PartitionPositions;
import dev.millrace.connectors.sink.ReplayEnd;
import dev.millrace.connectors.trim.Logs;
import dev.millrace.connectors.trim.TrimLock;
import dev.millrace.schema.topic.Topic;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A replay from its plan to its end. All that must not be half done is done in one transaction of
 * the database that is written ({@link #prepare}); what follows is taken up again after a kill.
 *
 * <p>Owned by one thread.
 */
public final class Replay implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Replay.class);

  private final KafkaConnection kafka;
  private final DataSource old;
  private final DataSource target;
  private final boolean isSame;
  private final String group;
  private final Admin admin;
  private final Logs logs;

  /**
   * Does nothing yet.
   *
   * @param old the database that there is; both must be migrated
   * @param target the database that is written, the same object for the same database
   * @param group the consumer group of the indexer that writes the target
   */
  public Replay(KafkaConnection kafka, DataSource old, DataSource target, String group) {
    this.kafka = kafka;
    this.old = old;
    this.target = target;
    this.isSame = target.equals(old);
    this.group = group;
    this.admin = Admin.create(kafka.admin());
    this.logs = new Logs(admin);
  }

  /** Counts of what a plan touches, for people. */
  public record Extent(long repos, long operatorsRecords) {
    public static final Extent NONE = new Extent(0, 0);
  }

  /** What a replay would do now. Changes nothing, and does not look at another database. */
  public ReplayPlan plan(ReplayStart from, Set<Topic> topics)
      throws SQLException, InterruptedException {
    try (Connection connection = old.getConnection()) {
      return plan(from, topics, connection);
    }
  }

  private ReplayPlan plan(ReplayStart from, Set<Topic> topics, Connection present)
      throws InterruptedException {
    return new ReplayPlanner(logs)
        .plan(from, topics, isRebuild(topics), PartitionPositions.readAll(sql(present)));
  }

  /** Whether it fills empty tables: every topic, or another database. */
  public boolean isRebuild(Set<Topic> topics) {
    return topics.isEmpty() || !isSame;
  }

  /** How much a rebuild concerns. */
  public Extent extent() throws SQLException {
    try (Connection connection = old.getConnection()) {
      return new Extent(
          ReplayTables.count(
              connection,
              "SELECT count(*) FROM (SELECT did FROM actor UNION SELECT did FROM repo_state UNION"
                  + " SELECT did FROM actor_sync) known"),
          ReplayTables.count(
              connection,
              "SELECT count(*) FROM record WHERE \"takedownRef\" IS NOT NULL OR tags IS NOT NULL"));
    }
  }

  /** What an unfinished replay of the target was asked for. */
  public Optional<String> unfinished() throws SQLException {
    try (Connection connection = target.getConnection();
        PreparedStatement statement = connection.prepareStatement("SELECT asked FROM replay");
        ResultSet rows = statement.executeQuery()) {
      return rows.next() ? Optional.of(rows.getString(1)) : Optional.empty();
    }
  }

  /**
   * Refuses while an indexer is at work.
   *
   * @throws IllegalStateException that says who it is and how it is stopped
   */
  public void requireNoMembers() throws InterruptedException {
    try {
      for (var described : Logs.await(admin.describeConsumerGroups(Set.of(group)).all()).values()) {
        if (!described.members().isEmpty()) {
          MemberDescription member = described.members().iterator().next();
          throw new IllegalStateException(
              ("an indexer is at work: group %s has %d members, one is %s on %s. Stop every"
                      + " 'millrace indexer' and 'millrace run' of it (SIGTERM; one that was killed"
                      + " is forgotten after 10 s), then run this again")
                  .formatted(group, described.members().size(), member.clientId(), member.host()));
        }
      }
    } catch (GroupIdNotFoundException e) {
      log.debug("nobody has ever been in it", e);
    }
  }

  /**
   * Empties, keeps and sets positions, all or nothing; trimming waits meanwhile.
   *
   * @param asked names the replay, for {@link #unfinished}
   * @return the plan as it was when it was carried out
   * @param isRestart what an unfinished one has still to ask for is asked for by this one
   * @throws IllegalStateException if another database is the target and is not empty, or is none
   */
  public ReplayPlan prepare(ReplayStart from, Set<Topic> topics, String asked, boolean isRestart)
      throws SQLException, InterruptedException {
    try (Connection locked = old.getConnection();
        Connection written = isSame ? locked : target.getConnection()) {
      locked.setAutoCommit(false);
      written.setAutoCommit(false);
      try {
        if (!isSame) {
          TargetCheck.requireAnother(locked, written);
          TargetCheck.requireEmpty(written, isRestart);
        }
        TrimLock.take(locked);
        ReplayPlan plan = plan(from, topics, locked);
        lockAll(written, plan);
        if (plan.isRebuild()) {
          rebuild(locked, written, plan, isRestart);
        } else if (plan.missesRepos()) {
          int partitions = plan.positions().size();
          ReplayTables.noteKnownRepos(
              written,
              written,
              did -> plan.unknownPartitions().contains(Topic.partitionOf(did, partitions)));
        }
        for (Map.Entry<Integer, Map<Topic, Long>> entry : plan.positions().entrySet()) {
          PartitionPositions.store(sql(written), entry.getKey(), new EnumMap<>(entry.getValue()));
        }
        note(written, asked, plan);
        // What is not read yet must not be trimmed by whom knows the other database only.
        showPositions(plan);
        written.commit();
        return plan;
      } finally {
        written.rollback();
        locked.rollback();
      }
    }
  }

  private void rebuild(Connection locked, Connection written, ReplayPlan plan, boolean isRestart)
      throws SQLException {
    if (plan.missesRepos()) {
      ReplayTables.noteKnownRepos(locked, written, did -> true);
    }
    ReplayTables.empty(written);
    if (!isSame) {
      if (isRestart) {
        ReplayTables.forgetActors(written);
      }
      ReplayTables.copyOperatorsData(locked, written);
    }
    ReplayTables.countBookmarks(written);
  }

  private static void lockAll(Connection written, ReplayPlan plan) {
    plan.positions().keySet().forEach(number -> PartitionPositions.lock(sql(written), number));
  }

  /** What an unfinished one had still to do, or to wait for, stays. */
  private void note(Connection written, String asked, ReplayPlan plan) throws SQLException {
    try (PreparedStatement statement =
        written.prepareStatement(
            """
            INSERT INTO replay (asked, listings, labels, ends, into_empty)
            VALUES (?, ?, ?, ?::jsonb, ?)
            ON CONFLICT (single) DO UPDATE SET asked = excluded.asked,
              listings = replay.listings OR excluded.listings,
              labels = replay.labels OR excluded.labels, ends = replay.ends || excluded.ends,
              into_empty = excluded.into_empty, started_at = now()
            """)) {
      statement.setString(1, asked);
      statement.setBoolean(2, plan.missesRepos());
      statement.setBoolean(3, plan.missesLabels());
      statement.setString(4, ReplayEnd.noted(plan.ends()));
      statement.setBoolean(5, !isSame);
      statement.execute();
    }
  }

  private void showPositions(ReplayPlan plan) throws InterruptedException {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    plan.positions()
        .forEach(
            (number, byTopic) ->
                byTopic.forEach(
                    (topic, offset) ->
                        offsets.put(
                            new TopicPartition(topic.topicName(), number),
                            new OffsetAndMetadata(offset))));
    Logs.await(admin.alterConsumerGroupOffsets(group, offsets).all());
  }

  /** What asks for whatever the topics no longer hold. */
  public RequestedAgain requests() {
    return new RequestedAgain(kafka, target);
  }

  /**
   * Events that were in the topics when it began and that the target has not applied yet. Once
   * there are none, and what they left to derive is derived, the indexer ends the replay.
   */
  public long left() throws SQLException {
    try (Connection connection = target.getConnection()) {
      return ReplayEnd.left(connection);
    }
  }

  private static DSLContext sql(Connection connection) {
    return DSL.using(connection, SQLDialect.POSTGRES);
  }

  @Override
  public void close() {
    admin.close();
  }
}
