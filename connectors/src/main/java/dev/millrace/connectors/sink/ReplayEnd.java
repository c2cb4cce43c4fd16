package dev.millrace.connectors.sink;

import dev.millrace.schema.topic.Topic;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the replay of a database (table {@code replay}): once all is asked for that is to be, all is
 * applied that the topics held when it began, and what that left to derive is derived. What the
 * operator said of records that came back is then no longer put aside; of the others it waits for
 * the first time that they come. Owned by the thread of {@link #run}.
 */
public final class ReplayEnd {
  private static final Logger log = LoggerFactory.getLogger(ReplayEnd.class);
  private static final Duration LOOK = Duration.ofSeconds(1);

  private static final String LEFT =
      """
      SELECT coalesce(sum(greatest(0,
        noted.value::bigint - coalesce((positions ->> split_part(noted.key, '-', 1))::bigint, 0))), 0)
      FROM replay, jsonb_each_text(ends) noted
      LEFT JOIN partition_position ON partition = split_part(noted.key, '-', 2)::int
      """;

  private final DataSource database;

  /** The newest row to derive when nothing was left to apply; below 0 as long as something is. */
  private long lastQueued = -1;

  ReplayEnd(DataSource database) {
    this.database = database;
  }

  /** How the thread waits. */
  @FunctionalInterface
  interface Sleep {
    void sleep(Duration time) throws InterruptedException;
  }

  /** Ends at once where no replay is unfinished: none is begun while an indexer is at work. */
  void run(Sleep sleep) throws InterruptedException {
    while (!isEnded()) {
      sleep.sleep(LOOK);
    }
  }

  private boolean isEnded() {
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      try {
        boolean isEnded = isEnded(connection);
        connection.commit();
        return isEnded;
      } finally {
        connection.rollback();
      }
    } catch (SQLException e) {
      log.warn("whether the replay has ended is not known yet: {}", e.getMessage());
      return false;
    }
  }

  private boolean isEnded(Connection connection) throws SQLException {
    // Locked, so that none is begun anew in between.
    if (number(connection, "SELECT 1 FROM replay FOR UPDATE") == 0) {
      return true;
    }
    if (left(connection) > 0) {
      lastQueued = -1;
      return false;
    }
    if (lastQueued < 0) {
      lastQueued = number(connection, "SELECT coalesce(max(id), 0) FROM derive_queue");
    }
    if (number(connection, "SELECT 1 FROM derive_queue WHERE id <= " + lastQueued) > 0
        || number(
                connection,
                "SELECT 1 FROM replay WHERE listings OR labels OR EXISTS (SELECT FROM"
                    + " replay_request)")
            > 0) {
      return false;
    }
    try (Statement statement = connection.createStatement()) {
      statement.execute("DELETE FROM kept_record USING record WHERE record.uri = kept_record.uri");
      statement.execute("DELETE FROM replay");
    }
    log.info("the replay has ended: all is applied that the topics held when it began");
    return true;
  }

  /** Events that the unfinished replay has still to apply; 0 if there is none. */
  public static long left(Connection connection) throws SQLException {
    return number(connection, LEFT);
  }

  /** Logs' ends as {@code replay.ends} holds them. */
  public static String noted(Map<Integer, Map<Topic, Long>> ends) {
    return ends.entrySet().stream()
        .flatMap(
            entry ->
                entry.getValue().entrySet().stream()
                    .map(
                        end ->
                            "\"%s-%d\": %d"
                                .formatted(
                                    end.getKey().topicName(), entry.getKey(), end.getValue())))
        .collect(Collectors.joining(", ", "{", "}"));
  }

  /** The first column of the first row; 0 if there is none. */
  private static long number(Connection connection, String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      return rows.next() ? rows.getLong(1) : 0;
    }
  }
}
