package dev.millrace.topology.backfiller.fetch;

import dev.millrace.topology.backfiller.pending.Lane;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Semaphore;

/**
 * How many fetches this process has under way, from launch until the last event was forwarded: so
 * it bounds spooled repos and events in memory as well as downloads. Requests have permits of their
 * own, and so have probes of hosts that have not proven to answer: those mostly wait.
 *
 * <p>Thread-safe; shared by all tasks of the process. Never waits.
 */
public final class Permits {
  private final Map<Lane, Semaphore> fetches = new EnumMap<>(Lane.class);
  private final Map<Lane, Semaphore> probes = new EnumMap<>(Lane.class);

  /**
   * So many.
   *
   * @param requestConcurrency of urgent ones and of the others, each
   * @param probeConcurrency of each lane, beside the others
   */
  public Permits(int listingConcurrency, int requestConcurrency, int probeConcurrency) {
    for (Lane lane : Lane.values()) {
      fetches.put(
          lane, new Semaphore(lane == Lane.LISTING ? listingConcurrency : requestConcurrency));
      probes.put(lane, new Semaphore(probeConcurrency));
    }
  }

  public boolean tryAcquire(Lane lane, boolean isProbe) {
    return of(lane, isProbe).tryAcquire();
  }

  public void release(Lane lane, boolean isProbe) {
    of(lane, isProbe).release();
  }

  private Semaphore of(Lane lane, boolean isProbe) {
    return Objects.requireNonNull((isProbe ? probes : fetches).get(lane));
  }
}
