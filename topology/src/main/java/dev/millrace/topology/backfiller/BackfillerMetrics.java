package dev.millrace.topology.backfiller;

import dev.millrace.topology.backfiller.admission.InHand;
import dev.millrace.topology.backfiller.fetch.HostGuard;
import dev.millrace.topology.backfiller.pending.Lane;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * What the backfiller counts; thread-safe, one a process.
 *
 * <pre>
 * millrace.backfiller.pending{lane}      runnable and in flight
 * millrace.backfiller.parked             in backoff
 * millrace.backfiller.in_flight{lane}
 * millrace.backfiller.hosts_paused
 * millrace.backfiller.fetched{lane}      repos emitted whole
 * millrace.backfiller.inactive{status}   accounts whose PDS says why it does not give the repo out
 * millrace.backfiller.failed{reason, host_class}  attempts
 * millrace.backfiller.set_aside{reason}  dead letters: input, repos, records
 * millrace.backfiller.records, .bytes    forwarded: record events, bytes of all events
 * millrace.backfiller.refetched{reason}  fetched again though it went well: behind, asked_again
 * </pre>
 */
final class BackfillerMetrics {
  private static final String PREFIX = "millrace.backfiller.";

  private final MeterRegistry registry;
  private final Counter records;
  private final Counter bytes;
  private final Map<Lane, AtomicInteger> flying = new EnumMap<>(Lane.class);

  BackfillerMetrics(MeterRegistry registry, InHand inHand, HostGuard hosts) {
    this.registry = registry;
    this.records = registry.counter(PREFIX + "records");
    this.bytes = registry.counter(PREFIX + "bytes");
    load(inHand, "pending", "listing", InHand.Load::listings);
    load(inHand, "pending", "request", InHand.Load::requests);
    Gauge.builder(PREFIX + "parked", inHand, i -> sum(i, InHand.Load::parked)).register(registry);
    Gauge.builder(PREFIX + "hosts_paused", hosts, HostGuard::pausedHosts).register(registry);
    for (Lane lane : Lane.values()) {
      flying.put(lane, new AtomicInteger());
      Gauge.builder(PREFIX + "in_flight", flying(lane), AtomicInteger::get)
          .tag("lane", lane.word())
          .register(registry);
    }
  }

  void launched(Lane lane) {
    flying(lane).incrementAndGet();
  }

  void landed(Lane lane) {
    flying(lane).decrementAndGet();
  }

  void forwarded(long eventBytes) {
    bytes.increment((double) eventBytes);
  }

  void fetched(Lane lane, long recordCount) {
    registry.counter(PREFIX + "fetched", "lane", lane.word()).increment();
    records.increment((double) recordCount);
  }

  void inactive(@Nullable String status) {
    registry
        .counter(PREFIX + "inactive", "status", status == null ? "unknown" : status)
        .increment();
  }

  void failed(String reason, @Nullable String host) {
    registry
        .counter(PREFIX + "failed", "reason", reason, "host_class", hostClass(host))
        .increment();
  }

  void setAside(String reason) {
    registry.counter(PREFIX + "set_aside", "reason", reason).increment();
  }

  void refetched(String reason) {
    registry.counter(PREFIX + "refetched", "reason", reason).increment();
  }

  /** A label of few values: hosts are named by strangers. */
  private static String hostClass(@Nullable String host) {
    if (host == null) {
      return "none";
    }
    return host.endsWith(".bsky.network") ? "bsky.network" : "other";
  }

  private AtomicInteger flying(Lane lane) {
    return Objects.requireNonNull(flying.get(lane));
  }

  private void load(InHand inHand, String name, String lane, ToIntFunction<InHand.Load> count) {
    Gauge.builder(PREFIX + name, inHand, i -> sum(i, count)).tag("lane", lane).register(registry);
  }

  private static double sum(InHand inHand, ToIntFunction<InHand.Load> count) {
    return inHand.loads().stream().mapToInt(count).sum();
  }
}
