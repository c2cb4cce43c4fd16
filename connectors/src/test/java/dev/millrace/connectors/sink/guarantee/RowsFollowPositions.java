package dev.millrace.connectors.sink.guarantee;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.schema.topic.Topic;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Invariant 1: at every moment the rows of a partition number are those of the log up to its stored
 * position: nothing less (a position ahead of its data), nothing more (data ahead of its position,
 * which a crash would apply again).
 */
final class RowsFollowPositions implements DeliveryGuarantee {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String RECORDS = "SELECT did, uri, cid FROM record";

  /** The load writes nothing else. */
  private static final String POSTS = "SELECT creator, uri, cid FROM post";

  private final ProducedLog log;
  private final int partitions;
  private int moments;

  RowsFollowPositions(ProducedLog log, int partitions) {
    this.log = log;
    this.partitions = partitions;
  }

  /** How many different moments of the run were looked at: with none the promise means nothing. */
  int moments() {
    return moments;
  }

  @Override
  public void checkNow(Connection snapshot) throws SQLException {
    Map<Integer, Long> positions = positions(snapshot);
    compare(snapshot, positions);
    Map<Integer, Long> ends = log.ends();
    boolean isUnderWay =
        ends.entrySet().stream()
            .anyMatch(
                end -> {
                  long position = positions.getOrDefault(end.getKey(), 0L);
                  return position > 0 && position < end.getValue();
                });
    moments += isUnderWay ? 1 : 0;
  }

  @Override
  public void checkAtRest(Connection database) throws SQLException {
    Map<Integer, Long> positions = positions(database);
    log.ends()
        .forEach(
            (partition, end) ->
                assertThat(positions.getOrDefault(partition, 0L))
                    .as("position of partition %d", partition)
                    .isGreaterThanOrEqualTo(end));
    compare(database, positions);
  }

  private void compare(Connection database, Map<Integer, Long> positions) throws SQLException {
    for (String rows : List.of(RECORDS, POSTS)) {
      compare(positions, rows(database, rows));
    }
  }

  private void compare(Map<Integer, Long> positions, Map<Integer, Map<String, String>> rows) {
    for (int partition = 0; partition < partitions; partition++) {
      long position = positions.getOrDefault(partition, 0L);
      assertThat(rows.getOrDefault(partition, Map.of()))
          .as("rows of partition %d, whose stored position is %d", partition, position)
          .isEqualTo(log.recordsAt(partition, position));
    }
  }

  private Map<Integer, Map<String, String>> rows(Connection database, String query)
      throws SQLException {
    Map<Integer, Map<String, String>> rows = new TreeMap<>();
    try (Statement statement = database.createStatement();
        ResultSet records = statement.executeQuery(query)) {
      while (records.next()) {
        rows.computeIfAbsent(
                Topic.partitionOf(records.getString(1), partitions), p -> new TreeMap<>())
            .put(records.getString(2), records.getString(3));
      }
    }
    return rows;
  }

  private static Map<Integer, Long> positions(Connection database) throws SQLException {
    Map<Integer, Long> positions = new TreeMap<>();
    try (Statement statement = database.createStatement();
        ResultSet stored =
            statement.executeQuery("SELECT partition, positions FROM partition_position")) {
      while (stored.next()) {
        try {
          positions.put(
              stored.getInt(1),
              JSON.readTree(stored.getString(2)).path(Topic.FIREHOSE_LIVE.topicName()).asLong());
        } catch (java.io.IOException e) {
          throw new AssertionError("positions are no JSON", e);
        }
      }
    }
    return positions;
  }
}
