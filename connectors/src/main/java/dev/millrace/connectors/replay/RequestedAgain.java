package dev.millrace.connectors.replay;

import dev.millrace.connectors.kafka.Batch;
import dev.millrace.connectors.kafka.CursorStore;
import dev.millrace.connectors.kafka.KafkaConnection;
import dev.millrace.connectors.kafka.TransactionalWriter;
import dev.millrace.connectors.kafka.WriteSteps;
import dev.millrace.schema.event.CursorKey;
import dev.millrace.schema.event.EventCodec;
import dev.millrace.schema.event.RepoRequest;
import dev.millrace.schema.event.Scope;
import dev.millrace.schema.topic.Topic;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import javax.sql.DataSource;

/**
 * Asks the network for what the topics no longer hold: every repo by a request, statuses and labels
 * by reading their streams from the beginning. Each step is noted in the database once it is in
 * Kafka; after a kill the step in hand is done again, which does no harm.
 */
public final class RequestedAgain {
  /** Asks in a transaction of its own. */
  static final int BATCH = 1_000;

  private static final CursorKey WRITER = new CursorKey(CursorKey.Stream.REPOS, "replay");
  private static final String REASON = "replay";

  private final KafkaConnection kafka;
  private final DataSource target;

  RequestedAgain(KafkaConnection kafka, DataSource target) {
    this.kafka = kafka;
    this.target = target;
  }

  /**
   * Sets the cursors of lists and labelers back, where the replay needs it. A producer that runs is
   * fenced by that: it exits, and begins anew when it is started again.
   *
   * @return the cursors that were forgotten
   */
  public List<CursorKey> resetCursors(MeterRegistry meters)
      throws SQLException, InterruptedException {
    boolean listings;
    boolean labels;
    List<CursorKey> forgotten = new ArrayList<>();
    try (Connection connection = target.getConnection();
        Statement statement = connection.createStatement()) {
      try (ResultSet rows = statement.executeQuery("SELECT listings, labels FROM replay")) {
        if (!rows.next()) {
          return List.of();
        }
        listings = rows.getBoolean(1);
        labels = rows.getBoolean(2);
      }
      CursorStore cursors = new CursorStore(kafka);
      for (CursorKey key : cursors.list().keySet()) {
        boolean isConcerned =
            (listings && key.stream() == CursorKey.Stream.REPOS)
                || (labels && key.stream() == CursorKey.Stream.LABELS);
        if (isConcerned) {
          forgotten.add(key);
        }
      }
      cursors.reset(forgotten, meters);
      statement.execute("UPDATE replay SET listings = false, labels = false");
    }
    return forgotten;
  }

  /**
   * Writes the requests that are left to {@code repo_requests}.
   *
   * @param progress told how many are written so far
   * @return how many were written
   */
  public long write(MeterRegistry meters, LongConsumer progress)
      throws SQLException, InterruptedException {
    long written = 0;
    try (Connection connection = target.getConnection();
        TransactionalWriter writer =
            new TransactionalWriter(kafka, WRITER, meters, WriteSteps.NONE)) {
      List<String> dids = next(connection);
      if (dids.isEmpty()) {
        return 0;
      }
      writer.open();
      while (!dids.isEmpty()) {
        Batch batch = new Batch();
        String now = Instant.now().toString();
        for (String did : dids) {
          batch.add(
              Topic.REPO_REQUESTS,
              did,
              EventCodec.encode(new RepoRequest(did, REASON, Scope.FULL, null, null, now)));
        }
        writer.write(batch);
        delete(connection, dids);
        written += dids.size();
        progress.accept(written);
        dids = next(connection);
      }
    }
    return written;
  }

  private static List<String> next(Connection connection) throws SQLException {
    List<String> dids = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("SELECT did FROM replay_request ORDER BY did LIMIT " + BATCH)) {
      while (rows.next()) {
        dids.add(rows.getString(1));
      }
    }
    return dids;
  }

  private static void delete(Connection connection, List<String> dids) throws SQLException {
    Array array = connection.createArrayOf("varchar", dids.toArray());
    try (PreparedStatement statement =
        connection.prepareStatement("DELETE FROM replay_request WHERE did = ANY (?)")) {
      statement.setArray(1, array);
      statement.execute();
    } finally {
      array.free();
    }
  }
}
