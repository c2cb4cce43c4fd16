package dev.millrace.topology.tracker;

import dev.millrace.topology.tracker.repo.Verdict.Outcome;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;

/**
 * What the tracker counts of repos; thread-safe, one a process.
 *
 * <pre>
 * millrace.tracker.events{type, outcome}   commits, syncs, accounts, …; what each came to
 * millrace.tracker.requests{reason}        fetches that were asked for
 * millrace.tracker.unreadable{reason}      what is no event; the sink sets it aside
 * </pre>
 */
final class TrackerMetrics {
  private static final String PREFIX = "millrace.tracker.";

  private final MeterRegistry registry;

  TrackerMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  void event(String type, Outcome outcome) {
    registry
        .counter(
            PREFIX + "events", "type", type, "outcome", outcome.name().toLowerCase(Locale.ROOT))
        .increment();
  }

  void request(String reason) {
    registry.counter(PREFIX + "requests", "reason", reason).increment();
  }

  void unreadable(String reason) {
    registry.counter(PREFIX + "unreadable", "reason", reason).increment();
  }
}
