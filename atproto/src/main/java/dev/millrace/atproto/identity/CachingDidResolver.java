package dev.millrace.atproto.identity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.millrace.atproto.syntax.Did;
import dev.millrace.atproto.xrpc.XrpcException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps documents for a while, and failures for a short while.
 *
 * <p>Thread-safe. Each fetch runs on a virtual thread of its own, one a DID at a time; callers only
 * wait for it, so that one who gives up takes nothing from the others and no lock is held over the
 * network. There are never more fetches than callers that wait, or gave up within {@link
 * #MAX_WAIT}.
 */
public final class CachingDidResolver implements DidResolver, AutoCloseable {
  /** Longer than any fetch within its own limits takes; only a name lookup can hang longer. */
  static final Duration MAX_WAIT = Duration.ofMinutes(2);

  private final DidResolver network;
  private final Cache<Did, Resolution> cache;
  private final ConcurrentMap<Did, CompletableFuture<Resolution>> resolving =
      new ConcurrentHashMap<>();
  private final ConcurrentMap<Did, CompletableFuture<Resolution>> refreshing =
      new ConcurrentHashMap<>();
  private final ExecutorService fetches =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("did-fetch-", 0).factory());

  /**
   * A cache before the network.
   *
   * @param maxEntries documents and failures together; the least used go first
   * @param keep how long a document is good
   * @param keepFailures how long a failure is not tried again, of whatever kind
   */
  public CachingDidResolver(
      DidResolver network, long maxEntries, Duration keep, Duration keepFailures) {
    this(network, maxEntries, keep, keepFailures, Ticker.systemTicker());
  }

  CachingDidResolver(
      DidResolver network, long maxEntries, Duration keep, Duration keepFailures, Ticker ticker) {
    this.network = network;
    this.cache =
        Caffeine.newBuilder()
            .maximumSize(maxEntries)
            .expireAfter(
                Expiry.<Did, Resolution>writing(
                    (did, resolution) -> resolution.isDocument() ? keep : keepFailures))
            .ticker(ticker)
            .executor(Runnable::run)
            .build();
  }

  @Override
  public DidDocument resolve(Did did) throws DidNotFoundException, XrpcException {
    Resolution kept = cache.getIfPresent(did);
    return kept != null ? kept.document() : shared(did, resolving, () -> resolveNow(did));
  }

  @Override
  public DidDocument resolve(Did did, @Nullable DidDocument mirrored)
      throws DidNotFoundException, XrpcException {
    Resolution kept = cache.getIfPresent(did);
    // A failure says nothing against the mirror; a document came after a doubt in it.
    boolean isKept = kept != null && kept.isDocument();
    return mirrored == null || isKept ? resolve(did) : mirrored;
  }

  /**
   * Fetches now; several that ask at once share the fetch. Its answer replaces what was kept, but a
   * failure that may pass does not.
   */
  @Override
  public DidDocument refresh(Did did) throws DidNotFoundException, XrpcException {
    return shared(did, refreshing, () -> refreshNow(did));
  }

  /** Ends the fetches under way. */
  @Override
  public void close() {
    fetches.shutdownNow();
  }

  private Resolution resolveNow(Did did) {
    Resolution kept = cache.getIfPresent(did);
    if (kept != null) {
      return kept; // an earlier fetch ended between this caller's look and its turn
    }
    Resolution resolution = Resolution.of(() -> network.resolve(did));
    // What a refresh brought in the meantime is newer.
    Resolution refreshed = cache.asMap().putIfAbsent(did, resolution);
    return refreshed == null ? resolution : refreshed;
  }

  private Resolution refreshNow(Did did) {
    Resolution resolution = Resolution.of(() -> network.refresh(did));
    if (!resolution.mayPass()) {
      cache.put(did, resolution);
    }
    return resolution;
  }

  /** Runs the fetch, or waits for the one that is under way; its result is kept before it ends. */
  private DidDocument shared(
      Did did,
      ConcurrentMap<Did, CompletableFuture<Resolution>> underWay,
      Supplier<Resolution> fetch)
      throws DidNotFoundException, XrpcException {
    CompletableFuture<Resolution> mine = new CompletableFuture<>();
    CompletableFuture<Resolution> earlier = underWay.putIfAbsent(did, mine);
    if (earlier != null) {
      return await(did, earlier);
    }
    Runnable run =
        () -> {
          try {
            Resolution resolution = fetch.get();
            underWay.remove(did, mine);
            mine.complete(resolution);
          } catch (Throwable e) {
            // A fault of ours: nothing to keep, and everyone who waits is told.
            underWay.remove(did, mine);
            mine.completeExceptionally(e);
          }
        };
    try {
      fetches.execute(run);
    } catch (RejectedExecutionException e) {
      underWay.remove(did, mine);
      mine.completeExceptionally(e);
    }
    return await(did, mine);
  }

  private static DidDocument await(Did did, CompletableFuture<Resolution> future)
      throws DidNotFoundException, XrpcException {
    try {
      return future.get(MAX_WAIT.toMillis(), TimeUnit.MILLISECONDS).document();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw XrpcException.cancelled("interrupted while resolving " + did, e);
    } catch (TimeoutException e) {
      throw XrpcException.timeout("no document of " + did + " within " + MAX_WAIT, e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("resolving " + did, e.getCause());
    }
  }
}
