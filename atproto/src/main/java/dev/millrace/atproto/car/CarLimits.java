package dev.millrace.atproto.car;

/**
 * How much of a stranger's CAR is taken.
 *
 * @param maxBodyBytes of the whole archive
 * @param maxBlockBytes of one block
 * @param maxBlocks counting each repetition
 * @param memoryBytes held in memory by {@link SpooledCar} before it spools to a file
 */
public record CarLimits(long maxBodyBytes, int maxBlockBytes, int maxBlocks, int memoryBytes) {
  /** For a whole repository. */
  public static final CarLimits REPO = new CarLimits(4L << 30, 2 << 20, 40_000_000, 4 << 20);

  /** For the blocks of one commit: what {@code com.atproto.sync.subscribeRepos} allows. */
  public static final CarLimits COMMIT = new CarLimits(2_000_000, 2_000_000, 20_000, 2_000_000);

  /** A block's place in a spool is told in 40 bits. */
  static final long MOST_BODY_BYTES = 1L << 39;

  public CarLimits {
    if (maxBodyBytes < 1 || maxBodyBytes > MOST_BODY_BYTES) {
      throw new IllegalArgumentException("maxBodyBytes must be 1 to 2^39: " + maxBodyBytes);
    }
    if (maxBlockBytes < 1 || maxBlockBytes > 1 << 30) {
      throw new IllegalArgumentException("maxBlockBytes must be 1 to 2^30: " + maxBlockBytes);
    }
    if (maxBlocks < 1 || maxBlocks > 500_000_000) {
      throw new IllegalArgumentException("maxBlocks must be 1 to 500,000,000: " + maxBlocks);
    }
    if (memoryBytes < 0 || memoryBytes > 1 << 30) {
      throw new IllegalArgumentException("memoryBytes must be 0 to 2^30: " + memoryBytes);
    }
  }
}
