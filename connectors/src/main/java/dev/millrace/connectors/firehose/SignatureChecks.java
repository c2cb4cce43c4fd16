package dev.millrace.connectors.firehose;

import dev.millrace.atproto.BadDataException;
import dev.millrace.atproto.crypto.PublicKey;
import dev.millrace.atproto.identity.DidDocument;
import dev.millrace.atproto.identity.DidNotFoundException;
import dev.millrace.atproto.identity.DidResolver;
import dev.millrace.atproto.repo.Commit;
import dev.millrace.atproto.retry.Backoff;
import dev.millrace.atproto.syntax.Did;
import dev.millrace.atproto.xrpc.XrpcException;
import dev.millrace.connectors.firehose.SignatureCheck.Failed;
import dev.millrace.connectors.ingest.IngestMetrics;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The signatures that wait for a key, checked beside the stream (invariant 10): the event has gone
 * on, marked unchecked; what fails here is told later.
 *
 * <p>Threads: the preparer submits and collects. Each DID with checks has one virtual thread, which
 * owns its lookups; so a DID's checks share them, and a slow host delays only its own. {@code
 * waiting} is guarded by this object. Bounded by the number of checks, failures not yet collected
 * included; a check holds a commit's few hundred bytes, not its frame.
 */
final class SignatureChecks implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(SignatureChecks.class);
  private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(20);
  private static final int MOST_TRIES = 5;

  private final DidResolver resolver;
  private final SigningKeys keys;
  private final int most;
  private final Semaphore lookups;
  private final IngestMetrics metrics;
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("signature-", 0).factory());
  private final Map<Did, Deque<SignatureCheck>> waiting = new HashMap<>();
  private final ConcurrentLinkedQueue<Failed> failed = new ConcurrentLinkedQueue<>();

  /** Sequence numbers of checks that are not settled, each as often as it has checks. */
  private final NavigableMap<Long, Integer> unsettled = new TreeMap<>();

  private int pending;
  private boolean isClosed;

  SignatureChecks(
      DidResolver resolver, SigningKeys keys, int most, int lookupsAtOnce, IngestMetrics metrics) {
    this.resolver = resolver;
    this.keys = keys;
    this.most = most;
    this.lookups = new Semaphore(lookupsAtOnce);
    this.metrics = metrics;
    metrics.gauge(
        "millrace.ingest.signatures.pending", "signatures that wait for a key", this::pending);
  }

  /** Returns false if too many wait already: the check will not be made. */
  synchronized boolean submit(SignatureCheck check) {
    if (isClosed || pending >= most) {
      return false;
    }
    pending++;
    unsettled.merge(check.seq(), 1, Integer::sum);
    Did did = check.commit().did();
    Deque<SignatureCheck> queue = waiting.get(did);
    if (queue == null) {
      queue = new ArrayDeque<>();
      waiting.put(did, queue);
      threads.execute(() -> work(did));
    }
    queue.addLast(check);
    return true;
  }

  /** What did not pass since the last call; it is settled by the batch that it goes into. */
  List<Failed> collectFailed() {
    List<Failed> collected = new ArrayList<>();
    for (Failed next = failed.poll(); next != null; next = failed.poll()) {
      collected.add(next);
      settle(next.check());
    }
    return collected;
  }

  /** The lowest message with a check that is not settled; null if all are. */
  synchronized @Nullable Long lowestUnsettled() {
    return unsettled.isEmpty() ? null : unsettled.firstKey();
  }

  /** Gives up checks that have waited for longer: nobody will hear of them otherwise. */
  synchronized List<SignatureCheck> giveUp(Duration longest) {
    long now = System.nanoTime();
    List<SignatureCheck> givenUp = new ArrayList<>();
    for (Deque<SignatureCheck> queue : waiting.values()) {
      while (!queue.isEmpty() && now - queue.getFirst().sinceNanos() > longest.toNanos()) {
        givenUp.add(queue.removeFirst());
      }
    }
    givenUp.forEach(this::settle);
    return givenUp;
  }

  synchronized int pending() {
    return pending;
  }

  /** Ends the lookups. What is open then stays unsettled. */
  @Override
  public void close() {
    synchronized (this) {
      isClosed = true;
      waiting.clear();
    }
    threads.shutdownNow();
  }

  private void work(Did did) {
    Lookup lookup = new Lookup(did);
    try {
      for (SignatureCheck check = first(did); check != null; check = first(did)) {
        Failed failure = lookup.check(check);
        metrics.signature(failure == null ? "confirmed-later" : failure.reason());
        finish(did, check, failure);
      }
    } catch (InterruptedException e) {
      // Closed: what is left is behind the cursor, and is checked at the next start.
      Thread.currentThread().interrupt();
    }
  }

  /** The next check stays in the queue until it is done, so that a close still finds it. */
  private synchronized @Nullable SignatureCheck first(Did did) {
    Deque<SignatureCheck> queue = waiting.get(did);
    if (queue == null) {
      return null;
    }
    SignatureCheck next = queue.peekFirst();
    if (next == null) {
      waiting.remove(did);
    }
    return next;
  }

  /** Not if it was given up meanwhile, or left for the next start. */
  private synchronized void finish(Did did, SignatureCheck check, @Nullable Failed failure) {
    Deque<SignatureCheck> queue = waiting.get(did);
    if (queue == null || !queue.remove(check)) {
      return;
    }
    if (failure == null) {
      settle(check);
    } else {
      failed.add(failure);
    }
  }

  private synchronized void settle(SignatureCheck check) {
    pending--;
    unsettled.computeIfPresent(check.seq(), (seq, count) -> count == 1 ? null : count - 1);
  }

  /** The key of one DID, as its thread learns it. */
  private final class Lookup {
    private final Did did;

    Lookup(Did did) {
      this.did = did;
    }

    /** Null if the signature is good. */
    @Nullable Failed check(SignatureCheck check) throws InterruptedException {
      try {
        Commit commit = check.commit();
        PublicKey known = keys.atHand(did);
        boolean isOldFailed = check.hasFailed() && !keys.isFresh(did);
        if (known == null && !isOldFailed) {
          known = learn(false);
        }
        if (known != null && commit.verify(known)) {
          return null;
        }
        if (!keys.isFresh(did)) {
          PublicKey fresh = learn(true);
          if (fresh != null && commit.verify(fresh)) {
            return null;
          }
        }
        return new Failed(check, "signature", true, "not by the key of its DID document");
      } catch (DidNotFoundException e) {
        return new Failed(check, e.reason(), true, e.getMessage());
      } catch (BadDataException e) {
        return new Failed(check, e.reason(), true, e.getMessage());
      } catch (XrpcException e) {
        return new Failed(check, "identity-unavailable", false, e.getMessage());
      } catch (RuntimeException e) {
        // Ours to mend, but the stream does not stop for one check: the repo is fetched instead.
        log.error("{}: a signature could not be checked", did, e);
        return new Failed(check, "check-failed", false, e.toString());
      }
    }

    private @Nullable PublicKey learn(boolean isPastCaches)
        throws InterruptedException, DidNotFoundException, XrpcException {
      Backoff backoff = new Backoff(FIRST_WAIT, LONGEST_WAIT, RandomGenerator.getDefault());
      while (true) {
        Duration wait;
        lookups.acquire();
        try {
          DidDocument document = isPastCaches ? resolver.refresh(did) : resolver.resolve(did);
          PublicKey key = document.signingKey();
          keys.learn(did, key, isPastCaches);
          return key;
        } catch (XrpcException e) {
          wait = backoff.next();
          if (Thread.interrupted()) {
            throw new InterruptedException("closed while resolving " + did);
          }
          if (!e.passing() || backoff.failures() >= MOST_TRIES) {
            throw e;
          }
          Duration asked = e.retryAfter();
          wait =
              asked != null && asked.compareTo(wait) > 0 && asked.compareTo(LONGEST_WAIT) < 0
                  ? asked
                  : wait;
        } finally {
          lookups.release();
        }
        Thread.sleep(wait);
      }
    }
  }
}
