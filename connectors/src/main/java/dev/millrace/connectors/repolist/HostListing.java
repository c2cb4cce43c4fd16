package dev.millrace.connectors.repolist;

import dev.millrace.connectors.ingest.IngestMetrics;
import dev.millrace.connectors.kafka.Batch;
import dev.millrace.schema.event.BadSpot;
import dev.millrace.schema.event.CursorKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The listing of one host, turn by turn: each asks the host once, at most, and never sleeps; it
 * says how long to wait before the next. So one thread may serve one host, or a few many.
 *
 * <p>A page that keeps failing is narrowed ({@link PageSize}); where a page of one fails, the way
 * past it is searched ({@link StepSearch}), and what is stepped over is recorded as a {@link
 * BadSpot} in the transaction that moves the cursor. Where there is no way past, that is recorded
 * too, and the same cursor asked again for as long as it takes. Spots are tried again between
 * pages.
 *
 * <p>Used by one thread at a time; {@link #answers} may be asked by any.
 */
final class HostListing {
  private static final Logger log = LoggerFactory.getLogger(HostListing.class);

  /** In a row, of a search; each takes as long as a call may. */
  private static final int MOST_SILENCES = 3;

  private final CursorKey stream;
  private final PageAsker asker;
  private final SpotRetry retry;
  private final ListingWaits waits;
  private final Duration lookAgain;
  private final GapsOfRelay gaps;
  private final IngestMetrics metrics;
  private final ListingWriter writer;
  private final BadSpots spots;
  private final Clock clock;
  private final RandomGenerator random = RandomGenerator.getDefault();
  private final PageSize size;

  private SweepPosition position;
  // At a start at once, however lately it looked: somebody may wait for what came since.
  private Instant nextLook = Instant.MIN;
  private int failures;
  private int silences;
  private @Nullable Search search;
  private boolean isSpotsTurn = true;
  private volatile boolean hasReachedEnd;

  /** Around the cursor where listing stands. */
  private record Search(CursorStep origin, StepSearch steps, PageFailure failure) {
    @Nullable String cursor() {
      return steps.offset() == 0 ? origin.cursor() : origin.after(steps.offset());
    }
  }

  /**
   * Goes on from a position.
   *
   * @param spots of earlier runs
   */
  HostListing(
      CursorKey stream,
      PageSource source,
      ListingRules rules,
      GapsOfRelay gaps,
      IngestMetrics metrics,
      ListingWriter writer,
      BadSpots spots,
      SweepPosition position,
      Clock clock) {
    this.stream = stream;
    this.waits = rules.waits();
    this.lookAgain = rules.lookAgain();
    this.gaps = gaps;
    this.metrics = metrics;
    this.writer = writer;
    this.spots = spots;
    this.position = position;
    this.clock = clock;
    this.size = new PageSize(rules.pageSize());
    this.asker =
        new PageAsker(stream, source, waits, metrics, position.cursor() != null, position.done());
    this.retry = new SpotRetry(stream, asker, spots, writer, waits, metrics, clock);
  }

  /** Whether the host's last answer was a page. */
  boolean answers() {
    return asker.answers();
  }

  /** Whether the host was out of reach a few times in a row, or listing stands at a bad spot. */
  boolean isStuck() {
    return asker.isStuck();
  }

  /** Whether the end of the list was reached since this was made. */
  boolean hasReachedEnd() {
    return hasReachedEnd;
  }

  /**
   * Does the next thing.
   *
   * @return how long to wait before the next turn; zero or less for not at all
   */
  Duration turn() throws InterruptedException {
    Instant now = clock.instant();
    BadSpot due =
        search == null && failures == 0 ? spots.due(now, position.cursor()).orElse(null) : null;
    if (due != null && (isSpotsTurn || isResting(now))) {
      isSpotsTurn = false;
      return retry.retry(due, size.get());
    }
    isSpotsTurn = true;
    if (isResting(now)) {
      Instant next =
          spots.nextDue(position.cursor()).filter(time -> time.isBefore(nextLook)).orElse(nextLook);
      return Duration.between(now, next);
    }
    if (position.done()) {
      try {
        position = nextSweep(position);
      } catch (KafkaException e) {
        log.warn("{}: reading the gaps failed, trying again: {}", stream, e.toString());
        return asker.pause();
      }
    }
    return search == null ? list() : search(search);
  }

  private boolean isResting(Instant now) {
    return position.done() && now.isBefore(nextLook);
  }

  private SweepPosition nextSweep(SweepPosition done) {
    if (gaps.hasGapSince(done.started())) {
      log.info("{}: a gap was noted since the last sweep began, listing all again", stream);
      metrics.gap("sweep");
      writer.forgetTail();
      return SweepPosition.beginning(clock.instant());
    }
    return new SweepPosition(done.cursor(), done.started(), false);
  }

  private Duration list() throws InterruptedException {
    return switch (asker.ask(position.cursor(), size.get())) {
      case PageAsker.Answer.Page(ListedPage page) -> {
        take(page);
        yield Duration.ZERO;
      }
      case PageAsker.Answer.Failed(PageFailure failure) -> failed(failure);
    };
  }

  private void take(ListedPage page) throws InterruptedException {
    SweepPosition after = position.after(page);
    Batch batch = writer.batch(page);
    BadSpot stood = spots.at(position.cursor()).filter(spot -> spot.to() == null).orElse(null);
    if (stood != null) {
      batch.forget(spots.key(stood.from()));
    }
    batch.cursor(stream, after.toValue(clock.instant()));
    writer.write(batch, page);
    if (stood != null) {
      retry.settled(stood);
    }
    report(page, after);
    if (after.done()) {
      writer.tail(page);
      hasReachedEnd = true;
    }
    size.passed();
    moveTo(after);
    nextLook = clock.instant().plus(lookAgain);
  }

  private Duration failed(PageFailure failure) throws InterruptedException {
    if (asker.isOfTheHost(failure)) {
      return asker.outOfReach(failure);
    }
    failures++;
    size.failed();
    if (failures < waits.attempts(size)) {
      return asker.pause(failure);
    }
    if (!size.isOne()) {
      size.narrow();
      failures = 0;
      log.warn("{}: cursor {}: asking for {} at once", stream, position.cursor(), size.get());
      return waits.pause(random);
    }
    CursorStep origin = CursorStep.from(position.cursor()).orElse(null);
    if (origin == null || spots.isFull()) {
      return stand(failure);
    }
    silences = 0;
    search = new Search(origin, new StepSearch(origin.isDense()), failure);
    return waits.pause(random);
  }

  private Duration search(Search current) throws InterruptedException {
    switch (asker.ask(current.cursor(), 1)) {
      case PageAsker.Answer.Page(ListedPage page) -> {
        current.steps().passed(page.repos().isEmpty() && page.refused().isEmpty());
        if (current.steps().state() == StepSearch.State.HEALED) {
          search = null;
          take(page);
          return Duration.ZERO;
        }
      }
      case PageAsker.Answer.Failed(PageFailure failure) -> {
        if (asker.isOfTheHost(failure)) {
          return asker.outOfReach(failure);
        }
        silences = failure.isSilence() ? silences + 1 : 0;
        if (silences == MOST_SILENCES) { // the host is dead
          search = null;
          return asker.outOfReach(failure);
        }
        current.steps().failed();
      }
    }
    switch (current.steps().state()) {
      case FOUND -> {
        search = null;
        stepOver(current);
      }
      case NOTHING -> {
        search = null;
        return stand(current.failure());
      }
      default -> {}
    }
    return waits.pause(random);
  }

  private void stepOver(Search done) throws InterruptedException {
    BadSpot spot = spotOf(done.failure(), done.origin().after(done.steps().found()));
    SweepPosition after = new SweepPosition(spot.to(), position.started(), false);
    Batch batch = new Batch();
    batch.spot(spots.key(spot.from()), spot);
    batch.cursor(stream, after.toValue(clock.instant()));
    writer.write(batch);
    spots.put(spot);
    metrics.badSpot("passed");
    log.warn(
        "{}: cursor {} keeps failing ({}): stepped over to {}, recorded, tried again later",
        stream,
        spot.from(),
        spot.reason(),
        spot.to());
    moveTo(after);
  }

  private void moveTo(SweepPosition after) {
    position = after;
    failures = 0;
    asker.gotOn();
  }

  /** No way past is known: recorded, and the cursor is asked again. */
  private Duration stand(PageFailure failure) throws InterruptedException {
    BadSpot spot = spotOf(failure, null);
    Batch batch = new Batch();
    batch.spot(spots.key(spot.from()), spot);
    writer.write(batch);
    if (spots.at(spot.from()).isEmpty()) {
      metrics.badSpot("standing");
    }
    spots.put(spot);
    failures = 0;
    asker.stuck();
    log.warn("{}: cursor {} keeps failing, and there is no way past it", stream, spot.from());
    return asker.pause(failure);
  }

  /** Of the cursor where listing stands; what was recorded there before goes on. */
  private BadSpot spotOf(PageFailure failure, @Nullable String to) {
    String now = clock.instant().toString();
    BadSpot before = spots.at(position.cursor()).orElse(null);
    return new BadSpot(
        stream.hostName(),
        position.cursor(),
        to,
        1,
        failure.status(),
        failure.reason(),
        failure.body(),
        before == null ? 1 : before.attempts() + 1,
        before == null ? now : before.firstSeen(),
        now);
  }

  private void report(ListedPage page, SweepPosition after) {
    if (after.done() && page.cursor() != null) {
      log.warn("{}: the host gave cursor {} again, taken as the end", stream, position.cursor());
      metrics.hostFailure("cursor-stuck");
    } else if (after.done()) {
      log.atLevel(hasReachedEnd ? Level.DEBUG : Level.INFO)
          .log(
              "{}: end of the list, cursor: {}; again in {} s",
              stream,
              after.cursor(),
              lookAgain.toSeconds());
    }
  }
}
