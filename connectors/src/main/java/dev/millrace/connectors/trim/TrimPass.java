package dev.millrace.connectors.trim;

import dev.millrace.connectors.sink.PartitionPositions;
import dev.millrace.connectors.sink.SinkOptions;
import dev.millrace.schema.topic.Topic;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;

/** Looks once at every topic and every reader, and deletes what may go. Owned by one thread. */
final class TrimPass {
  private static final String SINK = "the indexer (table partition_position)";

  private final TrimOptions options;
  private final Admin admin;
  private final Logs logs;
  private final Clock clock;

  TrimPass(TrimOptions options, Admin admin, Clock clock) {
    this.options = options;
    this.admin = admin;
    this.logs = new Logs(admin);
    this.clock = clock;
  }

  /**
   * What was done.
   *
   * @param deleted offsets that went, by topic
   */
  record Result(Map<String, Long> deleted, List<TrimPlan.Held> held) {}

  /**
   * Works through all topics.
   *
   * @return empty if another instance is at it
   */
  Optional<Result> run() throws SQLException, InterruptedException {
    try (Connection connection = options.database().getConnection()) {
      connection.setAutoCommit(false);
      try {
        // Held until the records are deleted: who moves positions back waits for that.
        return TrimLock.tryTake(connection) ? Optional.of(trim(connection)) : Optional.empty();
      } finally {
        connection.rollback();
      }
    }
  }

  private Result trim(Connection connection) throws InterruptedException {
    List<TopicPartition> partitions =
        logs.partitions(TrimOptions.TOPICS.stream().map(Topic::topicName).toList());
    Map<TopicPartition, Long> starts = logs.starts(partitions);
    // The windows' ends before the positions: what comes in between is in neither.
    Map<TopicPartition, Long> windows = new HashMap<>();
    for (Topic topic : TrimOptions.TOPICS) {
      long begin = clock.instant().minus(options.windowOf(topic)).toEpochMilli();
      windows.putAll(logs.at(of(topic, partitions), begin));
    }
    List<Reader> readers =
        new ArrayList<>(new GroupPositions(admin).readers(partitions, options.ignoredGroups()));
    readers.add(sink(connection));
    readers.addAll(notBegun(readers));
    TrimPlan plan = TrimPlan.of(starts, windows, readers);
    Map<TopicPartition, RecordsToDelete> deletions = new HashMap<>();
    Map<String, Long> deleted = new HashMap<>();
    plan.deletions()
        .forEach(
            (partition, offset) -> {
              deletions.put(partition, RecordsToDelete.beforeOffset(offset));
              deleted.merge(
                  partition.topic(), offset - starts.getOrDefault(partition, offset), Long::sum);
            });
    if (!deletions.isEmpty()) {
      Logs.await(admin.deleteRecords(deletions).all());
    }
    return new Result(deleted, plan.held());
  }

  private static Reader sink(Connection connection) {
    Map<TopicPartition, Long> positions = new HashMap<>();
    PartitionPositions.readAll(DSL.using(connection, SQLDialect.POSTGRES))
        .forEach(
            (partition, stored) ->
                stored.forEach(
                    (topic, next) ->
                        positions.put(new TopicPartition(topic.topicName(), partition), next)));
    return new Reader(
        SINK,
        SinkOptions.ALL_STREAMS.stream().map(Topic::topicName).collect(Collectors.toSet()),
        positions);
  }

  /** Groups that are known to read a topic and are not among its readers yet. */
  private List<Reader> notBegun(List<Reader> known) {
    List<Reader> missing = new ArrayList<>();
    options
        .readers()
        .forEach(
            (topic, groups) -> {
              for (String group : groups) {
                String name = GroupPositions.nameOf(group);
                boolean isKnown =
                    known.stream()
                        .anyMatch(
                            reader ->
                                reader.name().equals(name)
                                    && reader.topics().contains(topic.topicName()));
                if (!isKnown && !options.ignoredGroups().contains(group)) {
                  missing.add(new Reader(name, Set.of(topic.topicName()), Map.of()));
                }
              }
            });
    return missing;
  }

  private static List<TopicPartition> of(Topic topic, List<TopicPartition> partitions) {
    return partitions.stream()
        .filter(partition -> partition.topic().equals(topic.topicName()))
        .toList();
  }
}
