package dev.millrace.connectors.repolist;

import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.retry.Backoff;
import dev.millrace.atproto.xrpc.XrpcException;
import dev.millrace.connectors.ingest.IngestMetrics;
import dev.millrace.schema.event.CursorKey;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Asks one host for pages, and knows how it answers: whether it is in reach, and how long to leave
 * it alone.
 *
 * <p>Used by one thread at a time; {@link #answers} and {@link #isStuck} may be asked by any.
 */
final class PageAsker {
  private static final Logger log = LoggerFactory.getLogger(PageAsker.class);

  /** In a row; a host that is dead for days need not be told of each time. */
  private static final int LOGGED_FAILURES = 5;

  /** Failures in a row. */
  private static final int STUCK_AFTER = 3;

  private final CursorKey stream;
  private final PageSource source;
  private final IngestMetrics metrics;
  private final Backoff backoff;
  private int outOfReach;
  private boolean hasAnswered;
  private volatile boolean answers;
  private volatile boolean isStuck;

  /**
   * Asks nothing yet.
   *
   * @param hasAnswered whether the host ever did, in an earlier run
   * @param answers what counts as its last answer
   */
  PageAsker(
      CursorKey stream,
      PageSource source,
      ListingWaits waits,
      IngestMetrics metrics,
      boolean hasAnswered,
      boolean answers) {
    this.stream = stream;
    this.source = source;
    this.metrics = metrics;
    this.backoff = new Backoff(waits.first(), waits.longest(), RandomGenerator.getDefault());
    this.hasAnswered = hasAnswered;
    this.answers = answers;
  }

  /** A page, or why there is none. */
  sealed interface Answer {
    record Page(ListedPage page) implements Answer {}

    record Failed(PageFailure failure) implements Answer {}
  }

  Answer ask(@Nullable String cursor, int limit) {
    PageFailure failure;
    try {
      ListedPage page = source.ask(cursor, limit);
      answers = true;
      hasAnswered = true;
      return new Answer.Page(page);
    } catch (XrpcException e) {
      failure = PageFailure.of(e);
    } catch (BadDataException e) {
      failure = PageFailure.of(e);
    }
    answers = false;
    metrics.hostFailure(failure.reason());
    log.atLevel(backoff.failures() < LOGGED_FAILURES ? Level.WARN : Level.DEBUG)
        .log("{}: cursor {}, limit {}: {}", stream, cursor, limit, failure.message());
    return new Answer.Failed(failure);
  }

  /** Whether its last answer was a page. */
  boolean answers() {
    return answers;
  }

  /** Whether it was out of reach a few times in a row, or is {@link #stuck}. */
  boolean isStuck() {
    return isStuck;
  }

  /** Whether the failure is the host's: another page need not be tried. */
  boolean isOfTheHost(PageFailure failure) {
    return !failure.isOfThePage() || (failure.isSilence() && !hasAnswered);
  }

  /** After a failure of the host's: how long to leave it alone. */
  Duration outOfReach(PageFailure failure) {
    outOfReach++;
    isStuck |= outOfReach >= STUCK_AFTER;
    return pause(failure);
  }

  /** Until the listing gets on. */
  void stuck() {
    isStuck = true;
  }

  /** The listing gets on. */
  void gotOn() {
    outOfReach = 0;
    isStuck = false;
    backoff.reset();
  }

  /** How long to wait after a failure: longer each time, and as long as the host asks. */
  Duration pause(PageFailure failure) {
    Duration wait = backoff.next();
    Duration asked = failure.retryAfter();
    return asked != null && asked.compareTo(wait) > 0 ? asked : wait;
  }

  /** The same after a failure that was not the host's. */
  Duration pause() {
    return backoff.next();
  }
}
