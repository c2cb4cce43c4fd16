package dev.millrace.topology.tracker.identity;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * What is counted of identities; thread-safe, one a process.
 *
 * <pre>
 * millrace.tracker.identities{outcome}         handle, no-handle, handle-elsewhere, did-not-found,
 *                                              did-tombstoned, …, gave-up, asked-again
 * millrace.tracker.identities.failed{reason}   tries that are made again
 * millrace.tracker.identities.pending          not tried yet, or on their first try
 * millrace.tracker.identities.parked           to be tried again
 * </pre>
 */
public final class IdentityMetrics {
  private static final String IDENTITIES = "millrace.tracker.identities";

  private final MeterRegistry registry;

  public IdentityMetrics(MeterRegistry registry, InHand inHand) {
    this.registry = registry;
    Gauge.builder(IDENTITIES + ".pending", inHand, InHand::fresh).register(registry);
    Gauge.builder(IDENTITIES + ".parked", inHand, InHand::parked).register(registry);
  }

  void resolved(String outcome) {
    registry.counter(IDENTITIES, "outcome", outcome).increment();
  }

  void failed(String reason) {
    registry.counter(IDENTITIES + ".failed", "reason", reason).increment();
  }
}
