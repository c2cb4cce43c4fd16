package dev.millrace.topology.backfiller.fetch;

import dev.millrace.topology.backfiller.pending.Lane;
import java.util.concurrent.Semaphore;

/**
 * How many fetches this process has under way, from launch until the last event was forwarded: so
 * it bounds spooled repos and events in memory as well as downloads. Requests have permits of their
 * own.
 *
 * <p>Thread-safe; shared by all tasks of the process. Never waits.
 */
public final class Permits {
  private final Semaphore listings;
  private final Semaphore requests;

  public Permits(int listingConcurrency, int requestConcurrency) {
    this.listings = new Semaphore(listingConcurrency);
    this.requests = new Semaphore(requestConcurrency);
  }

  public boolean tryAcquire(Lane lane) {
    return of(lane).tryAcquire();
  }

  public void release(Lane lane) {
    of(lane).release();
  }

  private Semaphore of(Lane lane) {
    return lane == Lane.REQUEST ? requests : listings;
  }
}
