package dev.millrace.simulator.fault;

import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The faults of a network, switched on and off while it runs. Thread-safe. */
public final class Faults {
  private final List<Fault> faults = new CopyOnWriteArrayList<>();

  /** Switches a fault on. The answer counts how often it strikes. */
  public Fault inject(FaultSpec spec) {
    Fault fault = new Fault(spec);
    faults.add(fault);
    return fault;
  }

  /**
   * The same of {@link FaultKind#OVERTAKEN_FETCH}.
   *
   * @param event is given the DID, once the answer is decided on and before it goes out
   */
  public Fault inject(FaultSpec spec, Consumer<String> event) {
    Fault fault = new Fault(spec, event);
    faults.add(fault);
    return fault;
  }

  /** Switches it off; its count stays. */
  public void remove(Fault fault) {
    faults.remove(fault);
  }

  public void clear() {
    faults.clear();
  }

  /** The first fault of a kind that strikes a request; it counts as having struck. */
  public @Nullable Fault onRequest(
      FaultKind kind, URI host, @Nullable String nsid, @Nullable String did) {
    for (Fault fault : faults) {
      FaultSpec spec = fault.spec();
      if (matches(spec, kind, host, did)
          && (spec.nsid() == null || spec.nsid().equals(nsid))
          && fault.fire()) {
        return fault;
      }
    }
    return null;
  }

  /** The first fault of a kind that strikes an event on its way; it counts as having struck. */
  public @Nullable Fault onEvent(
      FaultKind kind, URI host, String did, long connection, long framesBefore) {
    for (Fault fault : faults) {
      FaultSpec spec = fault.spec();
      if (matches(spec, kind, host, did)
          && (spec.connection() == 0 || spec.connection() == connection)
          && framesBefore >= spec.afterFrames()
          && fault.fire()) {
        return fault;
      }
    }
    return null;
  }

  /**
   * Counts the planted records of an account that go out.
   *
   * @param carried whether what goes out holds the record at a path
   */
  public void planted(String did, Predicate<String> carried) {
    for (Fault fault : faults) {
      FaultSpec spec = fault.spec();
      if (spec.kind() == FaultKind.PLANTED_RECORD
          && did.equals(spec.did())
          && carried.test(spec.text())) {
        fault.fire();
      }
    }
  }

  private static boolean matches(FaultSpec spec, FaultKind kind, URI host, @Nullable String did) {
    return spec.kind() == kind
        && (spec.host() == null || spec.host().equals(host))
        && (spec.did() == null || Objects.equals(spec.did(), did));
  }
}
