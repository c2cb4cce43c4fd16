package dev.millrace.app.run;

import dev.millrace.schema.event.CursorKey;
import dev.millrace.schema.event.CursorValue;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Takes a stream for read to its end when what is committed is as new as the beginning of the wait,
 * or when it is connected and nothing has moved for a while: no frame came, none waits to be
 * written, the cursor stayed where it was.
 *
 * <p>Owned by one thread.
 */
public final class QuietStreams implements CatchUp.StreamEnds {
  private static final Duration QUIET = Duration.ofSeconds(5);

  private final MeterRegistry meters;
  private final Parts parts;
  private final Instant begun;
  private final Map<CursorKey, Seen> seen = new HashMap<>();

  private record Standing(@Nullable String cursor, double frames) {}

  private record Seen(Standing standing, long sinceNanos) {}

  public QuietStreams(MeterRegistry meters, Parts parts, Instant begun) {
    this.meters = meters;
    this.parts = parts;
    this.begun = begun;
  }

  @Override
  public @Nullable String missing(CursorKey stream, @Nullable CursorValue committed) {
    if (committed != null && isAsNew(committed.eventTime())) {
      return null;
    }
    if (parts.notReady().contains(stream.toString())) {
      seen.remove(stream);
      return "not connected, or its last batch is not written";
    }
    Standing now = new Standing(committed == null ? null : committed.cursor(), frames(stream));
    Seen before = seen.get(stream);
    if (queued(stream) > 0 || before == null || !Objects.equals(before.standing(), now)) {
      seen.put(stream, new Seen(now, System.nanoTime()));
      return "still moving, cursor " + now.cursor();
    }
    boolean isQuiet = System.nanoTime() - before.sinceNanos() >= QUIET.toNanos();
    return isQuiet ? null : "quiet for less than " + QUIET.toSeconds() + " s";
  }

  private boolean isAsNew(@Nullable String eventTime) {
    try {
      return eventTime != null && !Instant.parse(eventTime).isBefore(begun);
    } catch (DateTimeParseException e) {
      return false; // a host's own words; quiet is what is left to go by
    }
  }

  private double frames(CursorKey stream) {
    return meters.find("millrace.ingest.frames").tags(tags(stream)).counters().stream()
        .mapToDouble(Counter::count)
        .sum();
  }

  private double queued(CursorKey stream) {
    return meters.find("millrace.ingest.queue.frames").tags(tags(stream)).gauges().stream()
        .mapToDouble(Gauge::value)
        .sum();
  }

  private static List<Tag> tags(CursorKey stream) {
    return List.of(Tag.of("stream", stream.stream().word()), Tag.of("host", stream.host()));
  }
}
