package dev.millrace.atproto.repo;

import dev.millrace.atproto.car.CarLimits;

/**
 * How much of a stranger's commit is taken.
 *
 * @param maxOperations in one commit
 * @param car of its blocks
 */
public record CommitLimits(int maxOperations, CarLimits car) {
  /** What {@code com.atproto.sync.subscribeRepos} allows. */
  public static final CommitLimits DEFAULT = new CommitLimits(200, CarLimits.COMMIT);

  public CommitLimits {
    if (maxOperations < 1) {
      throw new IllegalArgumentException("maxOperations must be at least 1: " + maxOperations);
    }
  }
}
