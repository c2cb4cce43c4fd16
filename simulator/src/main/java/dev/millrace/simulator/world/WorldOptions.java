package dev.millrace.simulator.world;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/**
 * What a world is a function of.
 *
 * @param repos accounts at the beginning, labelers included
 * @param firstPdsShare so many of the accounts live on the first PDS, from 0 to 1; below 0 it is
 *     one like the others
 * @param recordsPerRepo the mean; a few repos have many more
 * @param largestRepo one repo gets this many records at least; 0 for no such repo
 * @param backlog steps that are taken before the first live one, and told on the streams
 * @param history how long before the first live step those begin
 * @param retention how many events a relay keeps; the PDSes share as many
 * @param start when the first live step happens
 * @param interval from one live step to the next
 * @param without actions that never happen by themselves
 */
public record WorldOptions(
    long seed,
    int repos,
    int pdsCount,
    double firstPdsShare,
    int relays,
    int labelers,
    int recordsPerRepo,
    int largestRepo,
    int backlog,
    Duration history,
    int retention,
    Instant start,
    Duration interval,
    Set<Action> without) {
  public WorldOptions {
    require(repos >= 1 && repos <= 1_000_000, "repos must be 1 to 1000000");
    require(pdsCount >= 1 && pdsCount <= 1_000, "pdsCount must be 1 to 1000");
    require(firstPdsShare <= 1, "firstPdsShare must be at most 1");
    require(relays >= 1 && relays <= 10, "relays must be 1 to 10");
    require(labelers >= 0 && labelers <= repos, "labelers must be 0 to repos");
    require(recordsPerRepo >= 0, "recordsPerRepo must not be negative");
    require(largestRepo >= 0, "largestRepo must not be negative");
    require(backlog >= 0, "backlog must not be negative");
    require(history.toMillis() >= 1, "history must be a millisecond at least");
    require(retention >= 1, "retention must be positive");
    require(interval.toNanos() >= 1_000, "interval must be a microsecond at least");
    require(!without.contains(Action.CREATE), "records must be created");
    without = Set.copyOf(without);
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }
}
