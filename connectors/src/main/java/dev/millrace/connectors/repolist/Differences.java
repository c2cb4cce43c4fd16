package dev.millrace.connectors.repolist;

import dev.millrace.connectors.ingest.IngestMetrics;
import dev.millrace.connectors.kafka.Batch;
import dev.millrace.schema.event.EventCodec;
import dev.millrace.schema.event.RepoListing;
import dev.millrace.schema.event.RepoRequest;
import dev.millrace.schema.event.Scope;
import dev.millrace.schema.topic.Topic;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

/**
 * Asks, of each page, for the repos that differ from what the database holds, and counts. One
 * thread's own.
 */
final class Differences implements PageRecords {
  private static final String REASON = "reconcile";
  private static final String HELD =
      """
      SELECT d.did, s."repoRev", r.covered_rev, r.active, r.status
      FROM unnest(?) AS d(did)
      LEFT JOIN repo_state r ON r.did = d.did
      LEFT JOIN actor_sync s ON s.did = d.did
      """;

  private final DataSource database;
  private final Scope scope;
  private final IngestMetrics metrics;
  private final Clock clock;
  private final Map<Difference, Long> counts = new EnumMap<>(Difference.class);

  Differences(DataSource database, Scope scope, IngestMetrics metrics, Clock clock) {
    this.database = database;
    this.scope = scope;
    this.metrics = metrics;
    this.clock = clock;
  }

  /** Repos by how they differ. */
  Map<Difference, Long> counts() {
    return Map.copyOf(counts);
  }

  @Override
  public void add(Batch batch, List<RepoListing> repos) {
    Map<String, HeldRepo> held;
    try {
      held = read(repos);
    } catch (SQLException e) {
      throw new IllegalStateException("the database cannot be read: " + e.getMessage(), e);
    }
    String now = clock.instant().toString();
    for (RepoListing repo : repos) {
      Difference difference = held.getOrDefault(repo.did(), NOTHING).from(repo, scope.isFull());
      counts.merge(difference, 1L, Long::sum);
      if (difference.isRequested()) {
        String reason = reason(difference, repo);
        batch.add(
            Topic.REPO_REQUESTS,
            repo.did(),
            EventCodec.encode(
                new RepoRequest(repo.did(), reason, scope, repo.host(), repo.rev(), now)));
        metrics.request(reason);
      }
    }
  }

  private static final HeldRepo NOTHING = new HeldRepo(null, null, null, null);

  /** Whether a status is true is for the current PDS to say. */
  private static String reason(Difference difference, RepoListing repo) {
    if (difference != Difference.STATUS) {
      return REASON;
    }
    return HeldRepo.isDeleted(repo.active(), repo.status()) ? "deletion" : "status";
  }

  private Map<String, HeldRepo> read(List<RepoListing> repos) throws SQLException {
    Map<String, HeldRepo> held = new HashMap<>();
    try (Connection connection = database.getConnection();
        PreparedStatement statement = connection.prepareStatement(HELD)) {
      Array dids =
          connection.createArrayOf("varchar", repos.stream().map(RepoListing::did).toArray());
      statement.setArray(1, dids);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          held.put(
              rows.getString(1),
              new HeldRepo(
                  rows.getString(2),
                  rows.getString(3),
                  rows.getObject(4, Boolean.class),
                  rows.getString(5)));
        }
      } finally {
        dids.free();
      }
    }
    return held;
  }
}
