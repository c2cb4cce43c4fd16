package dev.millrace.simulator.fault;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A fault that was switched on. Thread-safe. */
public final class Fault {
  private final FaultSpec spec;
  private final Consumer<String> event;
  private final AtomicInteger fired = new AtomicInteger();

  Fault(FaultSpec spec) {
    this(spec, did -> {});
  }

  Fault(FaultSpec spec, Consumer<String> event) {
    this.spec = spec;
    this.event = event;
  }

  /** Lets happen what the fault brings along. */
  public void happen(String did) {
    event.accept(did);
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
