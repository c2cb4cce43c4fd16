package dev.millrace.connectors.repolist;

import dev.millrace.connectors.ingest.IngestMetrics;
import dev.millrace.connectors.kafka.Batch;
import dev.millrace.schema.event.BadSpot;
import dev.millrace.schema.event.CursorKey;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries the bad spots of one listing again: what passes is written with the spot's end, or with
 * what is left of it; what fails, with when it did. One thread's own.
 */
final class SpotRetry {
  private static final Logger log = LoggerFactory.getLogger(SpotRetry.class);

  private final CursorKey stream;
  private final PageAsker asker;
  private final BadSpots spots;
  private final ListingWriter writer;
  private final ListingWaits waits;
  private final IngestMetrics metrics;
  private final Clock clock;
  private final RandomGenerator random = RandomGenerator.getDefault();

  SpotRetry(
      CursorKey stream,
      PageAsker asker,
      BadSpots spots,
      ListingWriter writer,
      ListingWaits waits,
      IngestMetrics metrics,
      Clock clock) {
    this.stream = stream;
    this.asker = asker;
    this.spots = spots;
    this.writer = writer;
    this.waits = waits;
    this.metrics = metrics;
    this.clock = clock;
  }

  /**
   * Asks for what a spot holds, from its beginning; where it holds several accounts, every other
   * time for the next one of these: it may have healed alone.
   *
   * @param pageSize repos at most
   * @return how long to wait before the host is asked again
   */
  Duration retry(BadSpot spot, int pageSize) throws InterruptedException {
    CursorStep origin = CursorStep.from(spot.from()).orElse(null);
    String to = spot.to();
    long width = origin == null || to == null ? 1 : origin.distanceTo(to);
    long offset = origin != null && origin.isDense() ? within(width, spot.attempts()) : 0;
    String cursor = offset == 0 || origin == null ? spot.from() : origin.after(offset);
    int limit = spot.attempts() == 0 ? (int) Math.min(pageSize, width) : 1;
    switch (asker.ask(cursor, limit)) {
      case PageAsker.Answer.Page(ListedPage page) -> {
        BadSpot rest =
            offset == 0
                ? rest(spot, page.cursor(), 0)
                : rest(spot, spot.from(), spot.attempts() + 1);
        boolean isPast =
            to == null
                || (offset == 0
                    && (hasReached(page.cursor(), to)
                        || Objects.equals(page.cursor(), spot.from())));
        Batch batch = writer.batch(page);
        batch.forget(spots.key(spot.from()));
        if (!isPast) {
          batch.spot(spots.key(rest.from()), rest);
        }
        writer.write(batch, page);
        if (isPast) {
          settled(spot);
        } else {
          spots.settle(spot);
          spots.put(rest);
        }
      }
      case PageAsker.Answer.Failed(PageFailure failure) -> {
        if (!failure.isOfThePage()) {
          return asker.pause(failure);
        }
        BadSpot tried =
            new BadSpot(
                spot.host(),
                spot.from(),
                spot.to(),
                limit,
                failure.status(),
                failure.reason(),
                failure.body(),
                spot.attempts() + 1,
                spot.firstSeen(),
                clock.instant().toString());
        Batch batch = new Batch();
        batch.spot(spots.key(tried.from()), tried);
        writer.write(batch);
        spots.put(tried);
      }
    }
    return waits.pause(random);
  }

  private static long within(long width, int attempts) {
    return width == 1 || attempts % 2 == 1 ? 0 : 1 + (attempts / 2) % (width - 1);
  }

  private static boolean hasReached(@Nullable String cursor, String to) {
    return cursor == null
        || CursorStep.from(cursor).map(reached -> reached.hasReached(to)).orElse(true);
  }

  private BadSpot rest(BadSpot spot, @Nullable String from, int attempts) {
    return new BadSpot(
        spot.host(),
        from,
        spot.to(),
        spot.limit(),
        spot.status(),
        spot.reason(),
        spot.body(),
        attempts,
        spot.firstSeen(),
        clock.instant().toString());
  }

  /** The spot passes: a batch that forgets it was committed. */
  void settled(BadSpot spot) {
    spots.settle(spot);
    metrics.badSpot("settled");
    log.info("{}: cursor {} passes again, its repos are listed", stream, spot.from());
  }
}
