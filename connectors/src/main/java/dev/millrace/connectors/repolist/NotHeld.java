package dev.millrace.connectors.repolist;

import dev.millrace.atproto.retry.Backoff;
import dev.millrace.connectors.ingest.IngestMetrics;
import dev.millrace.connectors.kafka.Batch;
import dev.millrace.schema.event.EventCodec;
import dev.millrace.schema.event.RepoListing;
import dev.millrace.schema.event.RepoRequest;
import dev.millrace.schema.topic.Topic;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lists, of each page, the repos that the database does not hold at their rev; so a sweep after a
 * gap fetches what differs and not the whole network again. Where only the status differs, it is a
 * request: the account's own host has to say whether that is true.
 *
 * <p>A database that is away is waited for. Used by one thread at a time.
 */
final class NotHeld implements PageRecords {
  private static final Logger log = LoggerFactory.getLogger(NotHeld.class);

  private final HeldRepos held;
  private final ListingWaits waits;
  private final IngestMetrics metrics;
  private final Clock clock;

  NotHeld(HeldRepos held, ListingWaits waits, IngestMetrics metrics, Clock clock) {
    this.held = held;
    this.waits = waits;
    this.metrics = metrics;
    this.clock = clock;
  }

  @Override
  public void add(Batch batch, List<RepoListing> repos) throws InterruptedException {
    for (HeldRepos.Compared compared : compare(repos)) {
      switch (compared.difference()) {
        case EQUAL, AHEAD -> metrics.dropped("held");
        case STATUS -> {
          RepoRequest request = compared.request(held.scope(), clock.instant().toString());
          batch.add(Topic.REPO_REQUESTS, request.did(), EventCodec.encode(request));
          metrics.request(request.reason());
        }
        case NOT_HELD, NOT_WHOLE, BEHIND ->
            ListingWriter.toBackfill(batch, List.of(compared.repo()));
      }
    }
  }

  private List<HeldRepos.Compared> compare(List<RepoListing> repos) throws InterruptedException {
    Backoff backoff = new Backoff(waits.first(), waits.longest(), RandomGenerator.getDefault());
    while (true) {
      try {
        return held.compare(repos);
      } catch (SQLException e) {
        metrics.hostFailure("database");
        log.warn("what is held cannot be read, trying again: {}", e.getMessage());
        Thread.sleep(backoff.next());
      }
    }
  }
}
