package dev.millrace.simulator.fault;

import java.util.concurrent.atomic.AtomicInteger;

/** A fault that was switched on. Thread-safe. */
public final class Fault {
  private final FaultSpec spec;
  private final AtomicInteger fired = new AtomicInteger();

  Fault(FaultSpec spec) {
    this.spec = spec;
  }

  public FaultSpec spec() {
    return spec;
  }

  /** How often it struck. */
  public int fired() {
    return fired.get();
  }

  /** Strikes, unless it has struck as often as it may. */
  boolean fire() {
    int limit = spec.times();
    return fired.getAndUpdate(count -> count < limit ? count + 1 : count) < limit;
  }
}
