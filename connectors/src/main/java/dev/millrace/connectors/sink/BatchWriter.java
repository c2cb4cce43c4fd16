package dev.millrace.connectors.sink;

import dev.millrace.atproto.BadDataException;
import dev.millrace.connectors.sink.collection.Collections;
import dev.millrace.connectors.sink.collection.Counters;
import dev.millrace.connectors.sink.label.LabelBatch;
import dev.millrace.connectors.sink.repo.IdentityBatch;
import dev.millrace.connectors.sink.repo.Outcome;
import dev.millrace.connectors.sink.repo.RepoBatch;
import dev.millrace.connectors.sink.repo.RepoEvents;
import dev.millrace.connectors.sink.sql.SinkSession;
import dev.millrace.schema.event.AccountEvent;
import dev.millrace.schema.event.LabelEvent;
import dev.millrace.schema.event.RepoEvent;
import dev.millrace.schema.event.RepoRequest;
import dev.millrace.schema.event.ResolvedIdentity;
import dev.millrace.schema.event.Scope;
import dev.millrace.schema.event.SnapshotEvent;
import dev.millrace.schema.topic.Topic;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jooq.DSLContext;

/**
 * Applies a batch in one transaction: lock the partition number's row, compare positions, load,
 * apply, store, leave dead letters, store positions, commit. Owned by one worker's thread.
 */
final class BatchWriter implements AutoCloseable {
  private static final String POISON = "refused-by-database";
  private static final String REFUSED_SNAPSHOT = "refused-snapshot";
  private static final String ACTIVE = "active";

  private final SinkSession session;
  private final Collections collections;
  private final boolean keepsUnknown;
  private final SideTopics side;
  private final SinkMetrics metrics;
  private final Clock clock;

  BatchWriter(SinkOptions options, Collections collections, SideTopics side, SinkMetrics metrics) {
    this.session = new SinkSession(options.database());
    this.collections = collections;
    this.keepsUnknown = options.keepsUnknownCollections();
    this.side = side;
    this.metrics = metrics;
    this.clock = Clock.systemUTC();
  }

  /** The positions that the database holds for a partition number. */
  Map<Topic, Long> positions(int partition) throws SQLException {
    Connection connection = session.connection();
    try {
      Map<Topic, Long> positions = PartitionPositions.read(SinkSession.sql(connection), partition);
      connection.commit();
      return positions;
    } catch (SQLException | RuntimeException e) {
      session.rollback();
      throw e;
    }
  }

  /**
   * Applies a batch, or the first events of it where one of them needs a transaction of its own.
   *
   * @return what was applied and committed
   * @throws PositionsMovedException if the database is elsewhere: read again from there
   * @throws SQLException or a RuntimeException that wraps one, nothing having been written
   */
  Batch write(Batch batch) throws SQLException, PositionsMovedException, InterruptedException {
    return inTransaction(batch, this::apply);
  }

  /** Leaves the batch's only event, which the database refuses, as a dead letter. */
  Batch setAside(Batch batch, SQLException refusal)
      throws SQLException, PositionsMovedException, InterruptedException {
    return inTransaction(
        batch,
        (storing, events, effects) -> {
          events.forEach(event -> effects.setAside(event, POISON, refusal));
          return events.size();
        });
  }

  private interface Work {
    /** Returns how many of the events were applied. */
    int apply(Storing storing, List<Incoming> events, Effects effects) throws SQLException;
  }

  /** What one transaction writes with. */
  private record Storing(Connection connection, DSLContext sql, Counters counters) {}

  private Batch inTransaction(Batch batch, Work work)
      throws SQLException, PositionsMovedException, InterruptedException {
    long start = System.nanoTime();
    Connection connection = session.connection();
    try {
      DSLContext sql = SinkSession.sql(connection);
      Map<Topic, Long> stored = PartitionPositions.lock(sql, batch.partition());
      if (!holds(stored, batch)) {
        throw new PositionsMovedException(batch.partition(), batch.before(), stored);
      }
      Effects effects = new Effects();
      Counters counters = new Counters();
      Storing storing = new Storing(connection, sql, counters);
      Batch applied = batch.first(work.apply(storing, batch.events(), effects));
      PartitionPositions.store(sql, batch.partition(), applied.after());
      side.write(effects);
      counters.store(sql);
      connection.commit();
      metrics.committed(
          applied.events().size(), effects, Duration.ofNanos(System.nanoTime() - start));
      return applied;
    } catch (SQLException | RuntimeException | PositionsMovedException | InterruptedException e) {
      session.rollback();
      throw e;
    }
  }

  private static boolean holds(Map<Topic, Long> stored, Batch batch) {
    return batch.after().keySet().stream()
        .allMatch(
            topic ->
                stored.getOrDefault(topic, -1L).equals(batch.before().getOrDefault(topic, -1L)));
  }

  private int apply(Storing storing, List<Incoming> events, Effects effects) throws SQLException {
    int count = BatchCut.together(events);
    if (count == 1
        && events.getFirst().content() instanceof Incoming.Content.OfRepo(AccountEvent account)
        && RepoEvents.erases(account)) {
      while (repoBatch(storing).eraseSlice(account)) {}
    }
    RepoBatch repos = repoBatch(storing);
    while (!repos.load(repoEvents(events.subList(0, count)))) {
      count = beforeWideSnapshot(storing, events.subList(0, count));
      repos = repoBatch(storing);
    }
    List<Incoming> applied = events.subList(0, count);
    LabelBatch labels = new LabelBatch(storing.sql(), storing.connection());
    labels.load(labelEvents(applied));
    IdentityBatch identities = new IdentityBatch();
    for (Incoming event : applied) {
      apply(event, repos, labels, identities, effects);
    }
    repos.store();
    labels.store();
    identities.store(storing.sql());
    return count;
  }

  private RepoBatch repoBatch(Storing storing) {
    return new RepoBatch(
        collections, keepsUnknown, storing.sql(), storing.connection(), storing.counters());
  }

  /**
   * Makes room for a snapshot whose end removes very many rows: what comes before it goes first, by
   * itself; once it is first, the rows go in slices and it closes alone.
   *
   * @return how many events to apply now
   */
  private int beforeWideSnapshot(Storing storing, List<Incoming> events) throws SQLException {
    for (int i = 0; i < events.size(); i++) {
      if (events.get(i).content() instanceof Incoming.Content.OfRepo(SnapshotEvent closing)
          && closing.scope().isFull()) {
        if (i > 0) {
          return i;
        }
        while (repoBatch(storing).sweepSlice(closing)) {}
        return 1;
      }
    }
    throw new IllegalStateException("rows to sweep without a snapshot that closes");
  }

  private void apply(
      Incoming event,
      RepoBatch repos,
      LabelBatch labels,
      IdentityBatch identities,
      Effects effects) {
    switch (event.content()) {
      case Incoming.Content.OfLabel(LabelEvent label) ->
          effects.count(event.topic(), "label", labels.apply(label));
      case Incoming.Content.OfRepo(RepoEvent repo) -> applyRepo(event, repo, repos, effects);
      case Incoming.Content.OfIdentity(String did, ResolvedIdentity identity) ->
          effects.count(event.topic(), "identity", identities.apply(did, identity));
      case Incoming.Content.Bad(BadDataException problem) -> {
        effects.setAside(event, problem.reason(), problem);
        effects.count(event.topic(), "unknown", Outcome.INVALID);
      }
    }
  }

  private void applyRepo(Incoming event, RepoEvent repo, RepoBatch repos, Effects effects) {
    Outcome outcome;
    try {
      outcome = repos.apply(repo, event.offset());
    } catch (BadDataException e) {
      effects.setAside(event, e.reason(), e);
      outcome = Outcome.INVALID;
    }
    if (outcome == Outcome.REFUSED && repo instanceof SnapshotEvent) {
      // Whatever the repo is now, a snapshot begun from here on is not refused for the same.
      fetch(repo, REFUSED_SNAPSHOT, effects);
    } else if (outcome == Outcome.MISSED) {
      fetch(repo, ACTIVE, effects);
    }
    effects.count(event.topic(), repo.type(), outcome);
  }

  private void fetch(RepoEvent event, String reason, Effects effects) {
    effects.request(
        new RepoRequest(
            event.did(), reason, Scope.FULL, event.host(), null, clock.instant().toString()));
  }

  private static List<RepoEvent> repoEvents(List<Incoming> events) {
    List<RepoEvent> found = new ArrayList<>();
    for (Incoming event : events) {
      if (event.content() instanceof Incoming.Content.OfRepo(RepoEvent repo)) {
        found.add(repo);
      }
    }
    return found;
  }

  private static List<LabelEvent> labelEvents(List<Incoming> events) {
    List<LabelEvent> found = new ArrayList<>();
    for (Incoming event : events) {
      if (event.content() instanceof Incoming.Content.OfLabel(LabelEvent label)) {
        found.add(label);
      }
    }
    return found;
  }

  @Override
  public void close() {
    session.close();
  }
}
