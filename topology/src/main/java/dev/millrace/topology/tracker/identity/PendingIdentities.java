package dev.millrace.topology.tracker.identity;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * What of the store is tried next. Memory holds a bounded queue of those just wanted; the others
 * are found by going round the store, so that a whole network may wait. Owned by the stream thread.
 */
final class PendingIdentities {
  static final int MAX_QUEUED = 1_000;
  static final int MAX_LOOKED_AT = 500;
  static final long ROUND_PAUSE_MILLIS = 1_000;

  private final KeyValueStore<String, PendingIdentity> store;
  private final InHand.Load load;
  private final Deque<String> next = new ArrayDeque<>();
  private final Set<String> queued = new HashSet<>();
  private @Nullable String lookedAtUpTo;
  private long nextRound;

  PendingIdentities(KeyValueStore<String, PendingIdentity> store, InHand.Load load) {
    this.store = store;
    this.load = load;
    try (KeyValueIterator<String, PendingIdentity> all = store.all()) {
      while (all.hasNext()) {
        count(all.next().value, 1);
      }
    }
  }

  @Nullable PendingIdentity get(String did) {
    return store.get(did);
  }

  void want(String did, IdentityCause cause, long now) {
    PendingIdentity known = store.get(did);
    put(did, known, known == null ? PendingIdentity.first(cause, now) : known.again(cause, now));
    queue(did);
  }

  void keep(String did, PendingIdentity known, PendingIdentity later) {
    put(did, known, later);
    if (later.notBefore() == 0) {
      queue(did);
    }
  }

  void done(String did, PendingIdentity known) {
    store.delete(did);
    count(known, -1);
  }

  /** One that is due and not under way; null if there is none now. */
  @Nullable String poll(Set<String> flying, long now) {
    if (next.isEmpty()) {
      look(flying, now);
    }
    while (!next.isEmpty()) {
      String did = next.poll();
      queued.remove(did);
      PendingIdentity pending = store.get(did);
      if (pending != null && pending.isDue(now) && !flying.contains(did)) {
        return did;
      }
    }
    return null;
  }

  private void look(Set<String> flying, long now) {
    if (now < nextRound) {
      return;
    }
    int seen = 0;
    try (KeyValueIterator<String, PendingIdentity> rest = from(lookedAtUpTo)) {
      while (rest.hasNext() && seen < MAX_LOOKED_AT) {
        KeyValue<String, PendingIdentity> entry = rest.next();
        seen++;
        lookedAtUpTo = entry.key;
        if (entry.value.isDue(now) && !flying.contains(entry.key)) {
          queue(entry.key);
        }
      }
      if (!rest.hasNext()) {
        lookedAtUpTo = null;
        nextRound = now + ROUND_PAUSE_MILLIS;
      }
    }
  }

  /** From the one looked at last; that one again, which does no harm. */
  // A bound may be null, which Kafka's types do not say.
  @SuppressWarnings("NullAway")
  private KeyValueIterator<String, PendingIdentity> from(@Nullable String did) {
    return store.range(did, null);
  }

  private void queue(String did) {
    if (next.size() < MAX_QUEUED && queued.add(did)) {
      next.add(did);
    }
  }

  private void put(String did, @Nullable PendingIdentity before, PendingIdentity after) {
    store.put(did, after);
    if (before != null) {
      count(before, -1);
    }
    count(after, 1);
  }

  private void count(PendingIdentity pending, int by) {
    (pending.isFresh() ? load.fresh : load.parked).addAndGet(by);
  }
}
