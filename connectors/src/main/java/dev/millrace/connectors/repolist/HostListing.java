package dev.millrace.connectors.repolist;

import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.retry.Backoff;
import dev.millrace.atproto.xrpc.XrpcException;
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

  private final CursorKey stream;
  private final PageSource source;
  private final ListingWaits waits;
  private final Duration lookAgain;
  private final GapNotes gaps;
  private final IngestMetrics metrics;
  private final ListingWriter writer;
  private final BadSpots spots;
  private final Clock clock;
  private final RandomGenerator random = RandomGenerator.getDefault();
  private final PageSize size;
  private final Backoff backoff;

  private SweepPosition position;
  // At a start at once, however lately it looked: somebody may wait for what came since.
  private Instant nextLook = Instant.MIN;
  private int failures;
  private @Nullable Search search;
  private boolean isSpotsTurn = true;
  private volatile boolean answers;

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
      GapNotes gaps,
      IngestMetrics metrics,
      ListingWriter writer,
      BadSpots spots,
      SweepPosition position,
      Clock clock) {
    this.stream = stream;
    this.source = source;
    this.waits = rules.waits();
    this.lookAgain = rules.lookAgain();
    this.gaps = gaps;
    this.metrics = metrics;
    this.writer = writer;
    this.spots = spots;
    this.position = position;
    this.clock = clock;
    this.size = new PageSize(rules.pageSize());
    this.backoff = new Backoff(waits.first(), waits.longest(), random);
    this.answers = position.done();
  }

  /** Whether the host's last answer was a page. */
  boolean answers() {
    return answers;
  }

  /** Whether the end of the list was reached. */
  boolean isDone() {
    return position.done();
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
      return retry(due);
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
        return backoff.next();
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
    return switch (ask(position.cursor(), size.get())) {
      case Answer.Page(ListedPage page) -> {
        take(page);
        yield Duration.ZERO;
      }
      case Answer.Failed(PageFailure failure) -> failed(failure);
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
      settled(stood);
    }
    if (after.done()) {
      writer.tail(page);
    }
    report(page, after);
    size.passed();
    failures = 0;
    backoff.reset();
    position = after;
    nextLook = clock.instant().plus(lookAgain);
  }

  private Duration failed(PageFailure failure) throws InterruptedException {
    if (!failure.isOfThePage()) {
      return pause(failure);
    }
    failures++;
    size.failed();
    if (failures < waits.attempts(size)) {
      return pause(failure);
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
    search = new Search(origin, new StepSearch(origin.isDense()), failure);
    return waits.pause(random);
  }

  private Duration search(Search current) throws InterruptedException {
    switch (ask(current.cursor(), 1)) {
      case Answer.Page(ListedPage page) -> {
        current.steps().passed(page.repos().isEmpty() && page.refused().isEmpty());
        if (current.steps().state() == StepSearch.State.HEALED) {
          search = null;
          take(page);
          return Duration.ZERO;
        }
      }
      case Answer.Failed(PageFailure failure) -> {
        if (!failure.isOfThePage()) {
          return pause(failure);
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
    position = after;
    failures = 0;
    backoff.reset();
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
    log.warn("{}: cursor {} keeps failing, and there is no way past it", stream, spot.from());
    return pause(failure);
  }

  /** Of the cursor where listing stands; what was recorded there before goes on. */
  private BadSpot spotOf(PageFailure failure, @Nullable String to) {
    String now = clock.instant().toString();
    BadSpot before = spots.at(position.cursor()).orElse(null);
    return new BadSpot(
        stream.host(),
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

  /**
   * Asks for what a spot holds, from its beginning; where it holds several accounts, every other
   * time for the next one of these: it may have healed alone.
   */
  private Duration retry(BadSpot spot) throws InterruptedException {
    CursorStep origin = CursorStep.from(spot.from()).orElse(null);
    String to = spot.to();
    long width = origin == null || to == null ? 1 : origin.distanceTo(to);
    long offset = origin != null && origin.isDense() ? within(width, spot.attempts()) : 0;
    String cursor = offset == 0 || origin == null ? spot.from() : origin.after(offset);
    int limit = spot.attempts() == 0 ? (int) Math.min(size.get(), width) : 1;
    switch (ask(cursor, limit)) {
      case Answer.Page(ListedPage page) -> {
        BadSpot rest =
            offset == 0
                ? rest(spot, page.cursor(), 0)
                : rest(spot, spot.from(), spot.attempts() + 1);
        boolean isPast = to == null || (offset == 0 && hasReached(page.cursor(), to));
        Batch batch = writer.batch(page);
        batch.forget(spots.key(spot.from()));
        if (!isPast) {
          batch.spot(spots.key(rest.from()), rest);
        }
        writer.write(batch, page);
        backoff.reset();
        if (isPast) {
          settled(spot);
        } else {
          spots.settle(spot);
          spots.put(rest);
        }
      }
      case Answer.Failed(PageFailure failure) -> {
        if (!failure.isOfThePage()) {
          return pause(failure);
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

  private void settled(BadSpot spot) {
    spots.settle(spot);
    metrics.badSpot("settled");
    log.info("{}: cursor {} passes again, its repos are listed", stream, spot.from());
  }

  private sealed interface Answer {
    record Page(ListedPage page) implements Answer {}

    record Failed(PageFailure failure) implements Answer {}
  }

  private Answer ask(@Nullable String cursor, int limit) {
    PageFailure failure;
    try {
      ListedPage page = source.ask(cursor, limit);
      answers = true;
      return new Answer.Page(page);
    } catch (XrpcException e) {
      failure = PageFailure.of(e);
    } catch (BadDataException e) {
      failure = PageFailure.of(e);
    }
    answers = false;
    metrics.hostFailure(failure.reason());
    log.warn("{}: cursor {}, limit {}: {}", stream, cursor, limit, failure.message());
    return new Answer.Failed(failure);
  }

  private Duration pause(PageFailure failure) {
    Duration wait = backoff.next();
    Duration asked = failure.retryAfter();
    return asked != null && asked.compareTo(wait) > 0 ? asked : wait;
  }

  private void report(ListedPage page, SweepPosition after) {
    if (after.done() && page.cursor() != null) {
      log.warn("{}: the host gave cursor {} again, taken as the end", stream, position.cursor());
      metrics.hostFailure("cursor-stuck");
    } else if (after.done()) {
      log.info(
          "{}: end of the list, cursor: {}; again in {} s",
          stream,
          after.cursor(),
          lookAgain.toSeconds());
    }
  }
}
