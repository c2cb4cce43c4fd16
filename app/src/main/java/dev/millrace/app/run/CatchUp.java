package dev.millrace.app.run;

import dev.millrace.connectors.kafka.CursorStore;
import dev.millrace.connectors.repolist.RequestedRepos;
import dev.millrace.connectors.sink.derive.DerivePending;
import dev.millrace.schema.event.CursorKey;
import dev.millrace.schema.event.CursorValue;
import dev.millrace.topology.backfiller.Backfiller;
import dev.millrace.topology.tracker.Tracker;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is still to be done until the database holds what the network held. Caught up is, twice in a
 * row:
 *
 * <ul>
 *   <li>each list of repos was read to its end since the beginning of the wait, or the operator's
 *       requests are written;
 *   <li>each stream is at its end, as {@link StreamEnds} sees it;
 *   <li>the tracker is running, its group has lag 0 and no identity waits for its first try;
 *   <li>the backfiller is running, its group has lag 0 and nothing is pending or parked in it;
 *   <li>the indexer's group has lag 0 on all its topics;
 *   <li>what waited in the database to be derived at the look before is derived.
 * </ul>
 *
 * <p>While the cluster does not answer, that is what is left to do. Owned by one thread.
 */
public final class CatchUp {
  /** Whether a stream's end was reached. */
  @FunctionalInterface
  public interface StreamEnds {
    /**
     * Looks at one stream.
     *
     * @param committed its cursor, null if none was committed yet
     * @return what is missing, or null
     */
    @Nullable String missing(CursorKey stream, @Nullable CursorValue committed);
  }

  private static final Logger log = LoggerFactory.getLogger(CatchUp.class);

  private final Pipeline pipeline;
  private final StreamEnds ends;
  private final CursorStore cursors;
  private final Lags lags;
  private final Readers readers;
  private final DerivePending derive;
  private final Instant begun;
  private long indexerLag;
  private boolean wasDone;

  /**
   * Of a pipeline.
   *
   * @param begun a list that was read to its end before does not count
   */
  public CatchUp(
      Pipeline pipeline,
      StreamEnds ends,
      CursorStore cursors,
      Lags lags,
      Readers readers,
      DerivePending derive,
      Instant begun) {
    this.pipeline = pipeline;
    this.ends = ends;
    this.cursors = cursors;
    this.lags = lags;
    this.readers = readers;
    this.derive = derive;
    this.begun = begun;
  }

  /** Looks once; whether nothing is left to do, this time and the time before. */
  public boolean isDone() {
    boolean isDone = open().isEmpty();
    boolean isDoneTwice = isDone && wasDone;
    wasDone = isDone;
    return isDoneTwice;
  }

  /** What is left to do, for people; empty if nothing is. In the order of the flow. */
  public List<String> open() {
    return unlessAway(this::findOpen);
  }

  /** The same of the backfill alone: lists and fetches, whether or not they are indexed yet. */
  public List<String> openBackfill() {
    return unlessAway(this::findOpenBackfill);
  }

  private static List<String> unlessAway(Supplier<List<String>> look) {
    try {
      return look.get();
    } catch (KafkaException e) {
      return List.of("Kafka does not answer: " + e.getMessage());
    }
  }

  private List<String> findOpen() {
    Map<CursorKey, CursorValue> committed = cursors.list();
    List<String> open = new ArrayList<>();
    addListings(open, committed);
    for (CursorKey stream : pipeline.streams()) {
      String missing = ends.missing(stream, committed.get(stream));
      if (missing != null) {
        open.add(stream + ": " + missing);
      }
    }
    addTracker(open);
    addBackfiller(open);
    addLags(open, "indexer", readers.indexer());
    derive.open().ifPresent(open::add);
    return open;
  }

  private List<String> findOpenBackfill() {
    List<String> open = new ArrayList<>();
    addListings(open, cursors.list());
    addBackfiller(open);
    return open;
  }

  private void addListings(List<String> open, Map<CursorKey, CursorValue> committed) {
    for (CursorKey listing : pipeline.listings()) {
      CursorValue cursor = committed.get(listing);
      if (cursor == null || !cursor.done() || isOld(listing, cursor)) {
        open.add(listing + ": not listed to its end");
      }
    }
  }

  /** Requests stay asked for; but a list may have grown since it was read. */
  private boolean isOld(CursorKey listing, CursorValue cursor) {
    return !listing.equals(RequestedRepos.STREAM)
        && Instant.parse(cursor.updatedAt()).isBefore(begun);
  }

  /** Before the backfiller, which it asks: so a request is seen on one side or the other. */
  private void addTracker(List<String> open) {
    Tracker tracker = pipeline.tracker();
    if (tracker != null) {
      if (!tracker.ready()) {
        open.add("tracker: is " + tracker.state());
      }
      addLags(open, "tracker", readers.tracker());
      if (tracker.backlog() > 0) {
        open.add("tracker: %d identities in hand".formatted(tracker.backlog()));
      }
    }
  }

  private void addBackfiller(List<String> open) {
    Backfiller backfiller = pipeline.backfiller();
    if (backfiller != null) {
      if (!backfiller.ready()) {
        open.add("backfiller: is " + backfiller.state());
      }
      addLags(open, "backfiller", readers.backfiller());
      if (backfiller.backlog() > 0) {
        open.add("backfiller: %d repos in hand".formatted(backfiller.backlog()));
      }
    }
  }

  /** Events that the indexer has left to read, when it was last known. */
  public long indexerLag() {
    Readers.Reader indexer = readers.indexer();
    try {
      indexerLag =
          lags.of(indexer.group(), indexer.topics()).values().stream()
              .mapToLong(Long::longValue)
              .sum();
    } catch (KafkaException e) {
      log.warn("the indexer's lag cannot be read: {}", e.getMessage());
    }
    return indexerLag;
  }

  private void addLags(List<String> open, String part, Readers.Reader reader) {
    lags.of(reader.group(), reader.topics())
        .forEach(
            (topic, lag) -> {
              if (lag > 0) {
                open.add("%s: %d left in %s".formatted(part, lag, topic));
              }
            });
  }
}
