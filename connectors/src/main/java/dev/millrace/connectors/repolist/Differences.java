package dev.millrace.connectors.repolist;

import dev.millrace.connectors.ingest.IngestMetrics;
import dev.millrace.connectors.kafka.Batch;
import dev.millrace.schema.event.EventCodec;
import dev.millrace.schema.event.RepoListing;
import dev.millrace.schema.event.RepoRequest;
import dev.millrace.schema.topic.Topic;
import java.sql.SQLException;
import java.time.Clock;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Asks, of each page, for the repos that differ from what the database holds, and counts. One
 * thread's own.
 */
final class Differences implements PageRecords {
  private final HeldRepos held;
  private final IngestMetrics metrics;
  private final Clock clock;
  private final Map<Difference, Long> counts = new EnumMap<>(Difference.class);

  Differences(HeldRepos held, IngestMetrics metrics, Clock clock) {
    this.held = held;
    this.metrics = metrics;
    this.clock = clock;
  }

  /** Repos by how they differ. */
  Map<Difference, Long> counts() {
    return Map.copyOf(counts);
  }

  @Override
  public void add(Batch batch, List<RepoListing> repos) {
    String now = clock.instant().toString();
    for (HeldRepos.Compared compared : compare(repos)) {
      counts.merge(compared.difference(), 1L, Long::sum);
      if (compared.difference().isRequested()) {
        RepoRequest request = compared.request(held.scope(), now);
        batch.add(Topic.REPO_REQUESTS, request.did(), EventCodec.encode(request));
        metrics.request(request.reason());
      }
    }
  }

  private List<HeldRepos.Compared> compare(List<RepoListing> repos) {
    try {
      return held.compare(repos);
    } catch (SQLException e) {
      throw new IllegalStateException("the database cannot be read: " + e.getMessage(), e);
    }
  }
}
