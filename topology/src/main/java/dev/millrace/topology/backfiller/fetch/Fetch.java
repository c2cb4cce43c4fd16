package dev.millrace.topology.backfiller.fetch;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One attempt under way, on a virtual thread of its own. Started, drained and cancelled by the
 * stream thread of its task.
 */
public final class Fetch {

  /** What there is to take next. */
  public sealed interface Progress {}

  /** Events to forward. */
  public record Events(Chunk chunk) implements Progress {}

  /** All events were taken; this is how it ended. */
  public record Ended(FetchEnd end) implements Progress {}

  private static final Logger log = LoggerFactory.getLogger(Fetch.class);

  private final FetchOrder order;
  private final long epoch;
  private final Handover handover = new Handover();
  private final Thread thread;
  private volatile @Nullable FetchEnd end;

  private Fetch(RepoFetcher fetcher, FetchOrder order, long epoch) {
    this.order = order;
    this.epoch = epoch;
    this.thread = Thread.ofVirtual().name("fetch-" + order.did()).unstarted(() -> run(fetcher));
  }

  /**
   * Begins an attempt.
   *
   * @param epoch of the pending entry at the start
   */
  public static Fetch start(RepoFetcher fetcher, FetchOrder order, long epoch) {
    Fetch fetch = new Fetch(fetcher, order, epoch);
    fetch.thread.start();
    return fetch;
  }

  public FetchOrder order() {
    return order;
  }

  public long epoch() {
    return epoch;
  }

  /** What there is now; null if the attempt is still at work. Never waits. */
  public @Nullable Progress poll() {
    // Read first: once it is set, nothing is added, so an empty queue after it is the end.
    FetchEnd ended = end;
    Chunk chunk = handover.poll();
    if (chunk != null) {
      return new Events(chunk);
    }
    return ended == null ? null : new Ended(ended);
  }

  /** Ends the attempt; does not wait for it. */
  public void cancel() {
    thread.interrupt();
  }

  private void run(RepoFetcher fetcher) {
    try {
      end = fetcher.fetch(order, handover);
    } catch (InterruptedException e) {
      end = new FetchEnd.Failed(FetchFailure.of("cancelled", null, "cancelled"));
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) { // a fault of ours that this repo met: the others go on
      log.error("fetching {} met a fault that nothing foresaw", order.did(), e);
      end = new FetchEnd.Failed(FetchFailure.hopeless("internal", null, e.toString()));
    } catch (Throwable e) { // the stream thread throws it on: whatever it is must stop the part
      end = new FetchEnd.Broken(e);
    }
  }
}
