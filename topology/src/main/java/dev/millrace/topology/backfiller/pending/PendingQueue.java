package dev.millrace.topology.backfiller.pending;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The order in which one task's pending repos come up: runnable ones by lane and host, those in
 * backoff by time, those in flight. Holds DIDs, hosts and times; the rest is in the store, from
 * which it is rebuilt at a start.
 *
 * <p>Owned by the task's stream thread; not thread-safe.
 *
 * <p>Hosts take turns, so that the many repos of one host do not stand before the few of another. A
 * repo whose host is not known yet belongs to the host {@code ""}.
 */
public final class PendingQueue {
  private static final String UNKNOWN_HOST = "";

  /** {@code parkedFor}: the host that it waits for; the entry itself may have forgotten it. */
  private record Waiting(String did, Lane lane, String host, long notBefore, String parkedFor) {}

  private final Map<Lane, SequencedMap<String, SequencedSet<String>>> runnable =
      new EnumMap<>(Lane.class);
  private final Map<Lane, Integer> runnableCount = new EnumMap<>(Lane.class);
  private final TreeSet<Waiting> parked =
      new TreeSet<>(Comparator.comparingLong(Waiting::notBefore).thenComparing(Waiting::did));
  private final Map<Lane, Map<String, Integer>> parkedByHost = new EnumMap<>(Lane.class);
  private final Map<String, Waiting> waiting = new HashMap<>();
  private final Map<Lane, Set<String>> flying = new EnumMap<>(Lane.class);

  public PendingQueue() {
    for (Lane lane : Lane.values()) {
      runnable.put(lane, new LinkedHashMap<>());
      runnableCount.put(lane, 0);
      flying.put(lane, new HashSet<>());
      parkedByHost.put(lane, new HashMap<>());
    }
  }

  /** Puts an entry where its time and lane want it, out of wherever it waited; not if in flight. */
  public void put(PendingRepo repo, long now) {
    put(repo, repo.host(), now);
  }

  /**
   * The same.
   *
   * @param parkedFor the host for whose sake it waits; null if for none
   */
  public void put(PendingRepo repo, @Nullable String parkedFor, long now) {
    if (isFlying(repo.did())) {
      return;
    }
    remove(repo.did());
    String host = repo.host();
    add(
        new Waiting(
            repo.did(),
            repo.lane(),
            host == null ? UNKNOWN_HOST : host,
            repo.notBefore(),
            parkedFor == null ? UNKNOWN_HOST : parkedFor),
        now);
  }

  /** Makes those runnable whose time has come. */
  public void wake(long now) {
    while (!parked.isEmpty() && parked.first().notBefore() <= now) {
      Waiting due = parked.removeFirst();
      countParked(due, -1);
      add(due, now);
    }
  }

  /**
   * Takes the next runnable repo of the lane and holds it as in flight, until {@link #landed}.
   *
   * @param hasRoom whether a host may be asked now; not called for unknown hosts
   */
  public @Nullable String launch(Lane lane, Predicate<String> hasRoom) {
    return launchAt(lane, host -> host.equals(UNKNOWN_HOST) || hasRoom.test(host));
  }

  /** The same of the repos whose host is known. */
  public @Nullable String launchKnown(Lane lane, Predicate<String> hasRoom) {
    return launchAt(lane, host -> !host.equals(UNKNOWN_HOST) && hasRoom.test(host));
  }

  private @Nullable String launchAt(Lane lane, Predicate<String> isMeant) {
    SequencedMap<String, SequencedSet<String>> hosts = hosts(lane);
    String host = hosts.keySet().stream().filter(isMeant).findFirst().orElse(null);
    if (host == null) {
      return null;
    }
    SequencedSet<String> dids = hosts.remove(host);
    if (dids == null) {
      throw new IllegalStateException("no queue of host " + host);
    }
    String did = dids.removeFirst();
    if (!dids.isEmpty()) {
      hosts.putLast(host, dids);
    }
    runnableCount.merge(lane, -1, Integer::sum);
    waiting.remove(did);
    flying(lane).add(did);
    return did;
  }

  /** It is no longer in flight; {@link #put} it again if there is more to do. */
  public void landed(String did) {
    flying.values().forEach(dids -> dids.remove(did));
  }

  /** Takes a repo out that waits, if it does; one in flight is {@link #landed} instead. */
  public void forget(String did) {
    remove(did);
  }

  /** The runnable repos of a host, both lanes. */
  public List<String> runnableOf(String host) {
    List<String> dids = new ArrayList<>();
    for (Lane lane : Lane.values()) {
      dids.addAll(hosts(lane).getOrDefault(host, new LinkedHashSet<>()));
    }
    return dids;
  }

  /** Hosts with runnable repos, without the unknown one. */
  public Set<String> runnableHosts() {
    Set<String> all = new HashSet<>();
    runnable.values().forEach(hosts -> all.addAll(hosts.keySet()));
    all.remove(UNKNOWN_HOST);
    return all;
  }

  public boolean isFlying(String did) {
    return flying.values().stream().anyMatch(dids -> dids.contains(did));
  }

  public int runnable(Lane lane) {
    return runnableCount.getOrDefault(lane, 0);
  }

  /** Runnable and in flight. */
  public int inHand(Lane lane) {
    return runnable(lane) + flying(lane).size();
  }

  /** Runnable repos of hosts that are not to be asked now. */
  public int waitingForHosts(Lane lane, Predicate<String> hasRoom) {
    return hosts(lane).entrySet().stream()
        .filter(entry -> !entry.getKey().equals(UNKNOWN_HOST) && !hasRoom.test(entry.getKey()))
        .mapToInt(entry -> entry.getValue().size())
        .sum();
  }

  public int inFlight(Lane lane) {
    return flying(lane).size();
  }

  /** In backoff, both lanes. */
  public int parked() {
    return parked.size();
  }

  /** In backoff, of one lane. */
  public int parked(Lane lane) {
    return parkedByHost(lane).values().stream().mapToInt(Integer::intValue).sum();
  }

  /** In backoff for the sake of one host, of one lane. */
  public int parkedFor(Lane lane, String host) {
    return parkedByHost(lane).getOrDefault(host, 0);
  }

  private void countParked(Waiting entry, int by) {
    parkedByHost(entry.lane())
        .compute(
            entry.parkedFor(),
            (host, count) -> {
              int next = (count == null ? 0 : count) + by;
              return next == 0 ? null : next;
            });
  }

  @SuppressWarnings("NullAway") // a value for each constant since the constructor
  private Map<String, Integer> parkedByHost(Lane lane) {
    return parkedByHost.get(lane);
  }

  private void add(Waiting entry, long now) {
    waiting.put(entry.did(), entry);
    if (entry.notBefore() > now) {
      parked.add(entry);
      countParked(entry, 1);
    } else {
      hosts(entry.lane())
          .computeIfAbsent(entry.host(), h -> new LinkedHashSet<>())
          .add(entry.did());
      runnableCount.merge(entry.lane(), 1, Integer::sum);
    }
  }

  private void remove(String did) {
    Waiting old = waiting.remove(did);
    if (old == null) {
      return;
    }
    if (parked.remove(old)) {
      countParked(old, -1);
      return;
    }
    SequencedMap<String, SequencedSet<String>> hosts = hosts(old.lane());
    SequencedSet<String> dids = hosts.get(old.host());
    if (dids == null || !dids.remove(did)) {
      throw new IllegalStateException("no queue holds " + did);
    }
    runnableCount.merge(old.lane(), -1, Integer::sum);
    if (dids.isEmpty()) {
      hosts.remove(old.host());
    }
  }

  @SuppressWarnings("NullAway") // a value for each constant since the constructor
  private SequencedMap<String, SequencedSet<String>> hosts(Lane lane) {
    return runnable.get(lane);
  }

  @SuppressWarnings("NullAway") // a value for each constant since the constructor
  private Set<String> flying(Lane lane) {
    return flying.get(lane);
  }
}
