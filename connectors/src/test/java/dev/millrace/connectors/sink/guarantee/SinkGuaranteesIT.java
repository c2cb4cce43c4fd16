package dev.millrace.connectors.sink.guarantee;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.connectors.kafka.KafkaConnection;
import dev.millrace.connectors.sink.PostgresSink;
import dev.millrace.connectors.sink.SinkOptions;
import dev.millrace.connectors.sink.collection.NotificationAge;
import dev.millrace.embedded.EmbeddedKafka;
import dev.millrace.embedded.EmbeddedPostgres;
import dev.millrace.schema.database.Database;
import dev.millrace.schema.database.Migrations;
import dev.millrace.schema.topic.Topic;
import dev.millrace.schema.topic.Topics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every guarantee, under load, through everything that happens to a sink in its life. */
class SinkGuaranteesIT {
  private static final int PARTITIONS = 4;
  private static final int ROUNDS = 4;
  private static final int TRANSACTIONS_A_ROUND = 25;
  private static final String GROUP = "guarantees";
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir private Path directory;

  private EmbeddedKafka kafka;
  private EmbeddedPostgres postgres;
  private Database database;
  private final Deque<PostgresSink> sinks = new ArrayDeque<>();

  /** What happens in each round, while events wait to be applied. */
  enum Disturbance {
    NOTHING,
    SINKS_JOIN_AND_LEAVE,
    CONNECTIONS_BREAK,
    POSTGRES_RESTARTS,
    BROKER_RESTARTS
  }

  @BeforeEach
  void start() throws Exception {
    kafka = EmbeddedKafka.start(directory.resolve("kafka"), 0);
    postgres = EmbeddedPostgres.start(directory.resolve("postgres"), 0);
    database = Database.of(postgres.jdbcUrl());
    Migrations.migrate(database);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      Topics.create(admin, PARTITIONS, 1);
    }
  }

  @AfterEach
  void stop() {
    sinks.forEach(PostgresSink::close);
    postgres.close();
    kafka.close();
  }

  @ParameterizedTest
  @EnumSource
  void shouldKeepEveryPromiseThrough(Disturbance disturbance) throws Exception {
    ProducedLog log = new ProducedLog();
    RowsFollowPositions rows = new RowsFollowPositions(log, PARTITIONS);
    List<DeliveryGuarantee> guarantees =
        List.of(
            rows,
            new EffectsHappenOnce(),
            new RevsOnlyRise(),
            new LagComesToZero(kafka.bootstrapServers(), GROUP, partitions()));
    try (Connection connection = connect()) {
      for (DeliveryGuarantee guarantee : guarantees) {
        guarantee.prepare(connection);
      }
    }
    startSink();
    try (Load load = new Load(kafka.bootstrapServers(), log);
        Watch watch = new Watch(database, guarantees)) {
      for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < TRANSACTIONS_A_ROUND; i++) {
          load.transaction();
        }
        disturb(disturbance);
      }
      await().atMost(LIMIT).until(() -> isApplied(log));
      watch.end();
    }
    try (Connection connection = connect()) {
      for (DeliveryGuarantee guarantee : guarantees) {
        guarantee.checkAtRest(connection);
      }
    }
    assertThat(rows.moments()).as("moments in the middle that were looked at").isPositive();
  }

  private void disturb(Disturbance disturbance) throws Exception {
    switch (disturbance) {
      case NOTHING -> {}
      case SINKS_JOIN_AND_LEAVE -> {
        startSink();
        if (sinks.size() > 2) {
          sinks.removeFirst().close();
        }
      }
      case CONNECTIONS_BREAK -> breakConnections();
      case POSTGRES_RESTARTS -> {
        postgres.close();
        postgres = EmbeddedPostgres.start(directory.resolve("postgres"), 0);
      }
      case BROKER_RESTARTS -> {
        kafka.close();
        kafka = EmbeddedKafka.start(directory.resolve("kafka"), 0);
      }
    }
  }

  private void startSink() {
    sinks.addLast(
        PostgresSink.start(
            new SinkOptions(
                new KafkaConnection(kafka.bootstrapServers()),
                database.dataSource(),
                GROUP,
                "sink-" + sinks.size(),
                SinkOptions.ALL_STREAMS,
                2,
                // Small batches: many transactions to be hit in the middle of.
                50,
                Duration.ofMillis(5),
                true,
                NotificationAge.any()),
            new SimpleMeterRegistry()));
  }

  private void breakConnections() throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
              + " WHERE pid <> pg_backend_pid() AND datname = current_database()");
    }
  }

  private boolean isApplied(ProducedLog log) {
    assertThat(sinks)
        .allSatisfy(sink -> assertThat(sink.ended().toCompletableFuture()).isNotDone());
    try (Connection connection = connect()) {
      new RowsFollowPositions(log, PARTITIONS).checkAtRest(connection);
      return true;
    } catch (AssertionError | SQLException e) {
      return false;
    }
  }

  private Connection connect() throws SQLException {
    return database.dataSource().getConnection();
  }

  private static List<TopicPartition> partitions() {
    return SinkOptions.ALL_STREAMS.stream()
        .map(Topic::topicName)
        .flatMap(
            topic ->
                IntStream.range(0, PARTITIONS)
                    .mapToObj(partition -> new TopicPartition(topic, partition)))
        .toList();
  }
}
