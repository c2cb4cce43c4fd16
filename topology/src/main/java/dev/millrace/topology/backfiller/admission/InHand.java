package dev.millrace.topology.backfiller.admission;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * How much each task of this process has in hand, by partition number, and with it which input
 * partitions are held.
 *
 * <p>Written by a task's stream thread, read by the same thread's consumer (a task's partitions are
 * always its own consumer's) and by gauges. A task enters itself when its store is restored and
 * leaves when it closes, so a partition without an entry is held: nothing is taken before what was
 * pending is known. The bounds are by partition, so they mean the same however many threads and
 * instances share the partitions, and wander with them in a rebalance.
 */
public final class InHand {

  /** One task's counts; written by its stream thread alone. */
  public static final class Load {
    private volatile int listings;
    private volatile int requests;
    private volatile int parked;

    public void set(int newListings, int newRequests, int newParked) {
      listings = newListings;
      requests = newRequests;
      parked = newParked;
    }

    public int listings() {
      return listings;
    }

    public int requests() {
      return requests;
    }

    public int parked() {
      return parked;
    }
  }

  private final ConcurrentMap<Integer, Load> loads = new ConcurrentHashMap<>();
  private volatile int partitions = 1;
  private final int maxListings;
  private final int maxRequests;
  private final int maxParked;

  /**
   * With its bounds.
   *
   * @param maxListings listed repos of a partition that are runnable, in flight or half emitted
   * @param maxRequests the same of requests; far larger, a bound on memory and store
   * @param maxParked repos of a partition in backoff, both lanes
   */
  public InHand(int maxListings, int maxRequests, int maxParked) {
    this.maxListings = maxListings;
    this.maxRequests = maxRequests;
    this.maxParked = maxParked;
  }

  /** All instances together have so many partitions. */
  public void shareOf(int newPartitions) {
    partitions = newPartitions;
  }

  /** How much of the whole group's work this process does, as long as all are at work. */
  public double share() {
    return (double) Math.clamp(loads.size(), 1, partitions) / partitions;
  }

  public void enter(int partition, Load load) {
    loads.put(partition, load);
  }

  /** Leaves, unless the partition's next task is already in. */
  public void leave(int partition, Load load) {
    loads.remove(partition, load);
  }

  /** Repos of a partition in backoff, of a lane; those of requests beyond it are set aside. */
  public int maxParked() {
    return maxParked;
  }

  public boolean holdsListing(int partition) {
    Load load = loads.get(partition);
    return load == null || load.listings >= maxListings || load.parked >= maxParked;
  }

  public boolean holdsRequests(int partition) {
    Load load = loads.get(partition);
    return load == null || load.requests >= maxRequests;
  }

  /** Of all tasks here. */
  public Collection<Load> loads() {
    return List.copyOf(loads.values());
  }
}
