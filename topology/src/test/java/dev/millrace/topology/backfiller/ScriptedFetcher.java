package dev.millrace.topology.backfiller;

import dev.millrace.topology.backfiller.fetch.FetchEnd;
import dev.millrace.topology.backfiller.fetch.FetchOrder;
import dev.millrace.topology.backfiller.fetch.Handover;
import dev.millrace.topology.backfiller.fetch.RepoFetcher;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Fetches by script: what each attempt at a DID does; without one, it emits one event and is done.
 */
final class ScriptedFetcher implements RepoFetcher {
  interface Step {
    FetchEnd run(FetchOrder order, Handover handover) throws InterruptedException;
  }

  static final String REV = "3l2aaaaaaaa22";

  final List<FetchOrder> launched = new CopyOnWriteArrayList<>();
  final AtomicInteger cancelled = new AtomicInteger();
  private final Map<String, List<Step>> steps = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> attempts = new ConcurrentHashMap<>();

  /** One step an attempt; the last one goes on for all further attempts. */
  void script(String did, Step... script) {
    steps.put(did, List.of(script));
  }

  /** A step that waits for the latch, then ends as the other step. */
  static Step after(CountDownLatch latch, Step then) {
    return (order, handover) -> {
      latch.await();
      return then.run(order, handover);
    };
  }

  static Step ending(FetchEnd end) {
    return (order, handover) -> end;
  }

  static FetchEnd emit(FetchOrder order, Handover handover) throws InterruptedException {
    handover.event((order.did() + "#record").getBytes(java.nio.charset.StandardCharsets.UTF_8));
    handover.event((order.did() + "#repo").getBytes(java.nio.charset.StandardCharsets.UTF_8));
    handover.flush();
    return new FetchEnd.Expanded(REV, 1);
  }

  int attempts(String did) {
    return attempts.getOrDefault(did, new AtomicInteger()).get();
  }

  @Override
  public FetchEnd fetch(FetchOrder order, Handover handover) throws InterruptedException {
    launched.add(order);
    int attempt = attempts.computeIfAbsent(order.did(), d -> new AtomicInteger()).getAndIncrement();
    List<Step> script = steps.getOrDefault(order.did(), List.of(ScriptedFetcher::emit));
    try {
      return script.get(Math.min(attempt, script.size() - 1)).run(order, handover);
    } catch (InterruptedException e) {
      cancelled.incrementAndGet();
      throw e;
    }
  }
}
