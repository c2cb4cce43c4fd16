package dev.millrace.topology.tracker.identity;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** How many identities each task of the process has waiting. Thread-safe. */
public final class InHand {
  /** One task's counts; written by its thread. */
  static final class Load {
    final AtomicLong fresh = new AtomicLong();
    final AtomicLong parked = new AtomicLong();
  }

  private final Map<Integer, Load> loads = new ConcurrentHashMap<>();

  void enter(int partition, Load load) {
    loads.put(partition, load);
  }

  void leave(int partition, Load load) {
    loads.remove(partition, load);
  }

  /** Not tried yet, or on their first try. */
  public long fresh() {
    return loads.values().stream().mapToLong(load -> load.fresh.get()).sum();
  }

  /** Failed before, to be tried again. */
  public long parked() {
    return loads.values().stream().mapToLong(load -> load.parked.get()).sum();
  }
}
