package dev.millrace.connectors.sink;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Names a sample of the dead letters in the log, so that a flood of them does not become one there:
 * of each reason and collection the first, then at most one a minute with how many were not named
 * since. All of them are in the topic and counted. Safe for use by several threads.
 */
final class DeadLetterLog {
  static final Duration PAUSE = Duration.ofMinutes(1);

  private static final Logger log = LoggerFactory.getLogger(DeadLetterLog.class);

  /** What is alike: few, both are words of our own. */
  private record Kind(String reason, String collection) {}

  /** When one was named last, and how many were not since. */
  private record Sample(long atNanos, long unnamed) {}

  private final LongSupplier nanos;
  private final Map<Kind, Sample> samples = new HashMap<>();

  DeadLetterLog(LongSupplier nanos) {
    this.nanos = nanos;
  }

  void written(Effects.Letter letter) {
    toName(letter.reason(), letter.collection())
        .ifPresent(
            unnamed ->
                log.warn(
                    "dead letter, {} ({} not named since the last): {}: {}",
                    letter.reason(),
                    unnamed,
                    letter.place(),
                    letter.cause().getMessage()));
  }

  /** How many of the kind were not named since the last that was; empty: nor is this one. */
  synchronized OptionalLong toName(String reason, String collection) {
    long now = nanos.getAsLong();
    Kind kind = new Kind(reason, collection);
    Sample last = samples.get(kind);
    if (last != null && now - last.atNanos() < PAUSE.toNanos()) {
      samples.put(kind, new Sample(last.atNanos(), last.unnamed() + 1));
      return OptionalLong.empty();
    }
    samples.put(kind, new Sample(now, 0));
    return OptionalLong.of(last == null ? 0 : last.unnamed());
  }
}
