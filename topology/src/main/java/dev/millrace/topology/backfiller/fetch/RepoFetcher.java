package dev.millrace.topology.backfiller.fetch;

/** Fetches one repo. The network's side of the backfiller, and the boundary its tests replace. */
@FunctionalInterface
public interface RepoFetcher {
  /**
   * Runs one attempt on the caller's thread, which may be interrupted to cancel it. Events go to
   * the hand-over, in order, before this returns.
   *
   * @throws InterruptedException when cancelled; nothing more is handed over
   */
  FetchEnd fetch(FetchOrder order, Handover handover) throws InterruptedException;
}
