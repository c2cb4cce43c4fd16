package dev.millrace.connectors.window;

import dev.millrace.connectors.window.FirehoseProbe.Answer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a window begins and ends, by as many questions to the relay as halving takes.
 *
 * <p>Owned by one thread.
 */
final class WindowBounds {
  /** So much less than was asked for is not worth a word. */
  private static final Duration ABOUT = Duration.ofMinutes(10);

  /**
   * What was found.
   *
   * @param start to be read after this cursor; 0 is sent as 0
   * @param end and up to this one; not above start if there is nothing
   * @param oldest the number of the relay's oldest event
   * @param notes what the operator should know
   */
  record Found(long start, long end, long oldest, List<String> notes) {}

  private final FirehoseProbe probe;
  private final WindowOptions options;
  private final Clock clock;
  private final List<String> notes = new ArrayList<>();

  WindowBounds(FirehoseProbe probe, WindowOptions options, Clock clock) {
    this.probe = probe;
    this.options = options;
    this.clock = clock;
  }

  /**
   * Asks the relay.
   *
   * @param liveBegan the last number before live ingestion began; null if it never has
   */
  Found find(@Nullable Long liveBegan) throws InterruptedException {
    Instant now = clock.instant();
    if (!(probe.after(0L, options.quiet()) instanceof Answer.Found oldest)) {
      notes.add(options.relay() + " has no events");
      return new Found(0, 0, 0, notes);
    }
    long end = end(liveBegan, oldest.seq());
    if (end < oldest.seq()) {
      notes.add(
          "nothing to do: %s"
              .formatted(
                  options.endCursor() != null
                      ? "the relay's oldest event is %d, of %s"
                          .formatted(oldest.seq(), oldest.time())
                      : "live ingestion has read all that the relay still has, from %s on"
                          .formatted(oldest.time())));
      return new Found(end, end, oldest.seq(), notes);
    }
    return new Found(start(now, oldest, end), end, oldest.seq(), notes);
  }

  private long start(Instant now, Answer.Found oldest, long end) throws InterruptedException {
    Long asked = options.startCursor();
    Integer days = options.days();
    if (asked != null) {
      if (asked > 0 && asked < oldest.seq() - 1) {
        keepsLess("cursor " + asked, oldest);
      }
      return asked;
    }
    if (days == null) {
      throw new IllegalStateException("neither days nor a cursor");
    }
    if (days == WindowOptions.EVERYTHING) {
      return 0;
    }
    Instant cutOff = now.minus(Duration.ofDays(days));
    if (!oldest.time().isBefore(cutOff)) {
      if (oldest.time().isAfter(cutOff.plus(ABOUT))) {
        keepsLess(cutOff.toString(), oldest);
      }
      return 0;
    }
    return lastBefore(cutOff, oldest.seq(), end);
  }

  private void keepsLess(String asked, Answer.Found oldest) {
    notes.add(
        ("%s keeps less than was asked for (%s): its oldest event is of %s. What is older comes by"
                + " the repo backfill, which fetches whole repos: millrace run, or millrace ingest"
                + " repos with millrace backfiller")
            .formatted(options.relay(), asked, oldest.time()));
  }

  /** The number of the last event before a time, of which that of {@code low} is one. */
  private long lastBefore(Instant cutOff, long low, long high) throws InterruptedException {
    while (low < high) {
      long middle = low + (high - low) / 2;
      Answer answer = probe.after(middle, options.quiet());
      if (answer instanceof Answer.Found found && found.time().isBefore(cutOff)) {
        low = found.seq();
      } else {
        high = middle;
      }
    }
    return Math.min(low, high);
  }

  private long end(@Nullable Long liveBegan, long oldest) throws InterruptedException {
    Long asked = options.endCursor();
    if (asked != null) {
      if (probe.after(asked, options.quiet()) instanceof Answer.Future) {
        long newest = newest(oldest);
        notes.add("the relay has not counted to %d yet; up to %d".formatted(asked, newest));
        return newest;
      }
      return asked;
    }
    if (liveBegan != null) {
      notes.add("up to cursor %d, where live ingestion began".formatted(liveBegan));
      return liveBegan;
    }
    long newest = newest(oldest);
    notes.add("up to cursor %d, the newest event: no live ingestion has begun".formatted(newest));
    return newest;
  }

  /** Of a relay that is at work the next event tells; else it has counted to where it is quiet. */
  private long newest(long oldest) throws InterruptedException {
    if (probe.after(null, options.quiet()) instanceof Answer.Found next) {
      return next.seq();
    }
    long low = oldest;
    long high = oldest;
    while (true) {
      high = high > Long.MAX_VALUE / 2 ? Long.MAX_VALUE : Math.max(1, high * 2);
      switch (probe.after(high, options.quiet())) {
        case Answer.Found(long seq, Instant time) -> low = seq;
        case Answer.Quiet() -> {
          return high;
        }
        case Answer.Future() -> {
          return newest(low, high);
        }
      }
      high = Math.max(high, low);
    }
  }

  private long newest(long low, long high) throws InterruptedException {
    while (high - low > 1) {
      long middle = low + (high - low) / 2;
      switch (probe.after(middle, options.quiet())) {
        case Answer.Found(long seq, Instant time) -> low = seq;
        case Answer.Quiet() -> {
          return middle;
        }
        case Answer.Future() -> high = middle;
      }
    }
    return low;
  }
}
