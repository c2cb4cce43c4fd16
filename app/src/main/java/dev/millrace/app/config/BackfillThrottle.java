package dev.millrace.app.config;

import java.util.List;

/**
 * What a windowed backfill may take, as it was asked for.
 *
 * @param batchSize events, over all workers
 * @param batchDelayMs after which so long is waited
 * @param workers stretches read at a time
 * @param maxMemoryMb of this process; above it nothing is read; 0 for no limit
 * @param isIdle whether it yields to live ingestion
 * @param maxRate events a second at most; 0 for any number
 */
public record BackfillThrottle(
    int batchSize, int batchDelayMs, int workers, int maxMemoryMb, boolean isIdle, int maxRate) {
  /** Of a run that somebody waits for. */
  static final BackfillThrottle AT_ONCE = new BackfillThrottle(100, 0, 4, 0, false, 0);

  /** The rows that operators know. */
  public List<String> rows() {
    return List.of(
        "  - Batch size: %d events".formatted(batchSize),
        "  - Batch delay: %dms".formatted(batchDelayMs),
        "  - Max concurrent: %d".formatted(workers),
        "  - Memory limit: %s".formatted(maxMemoryMb == 0 ? "none" : maxMemoryMb + "MB"),
        "  - Idle processing: %s".formatted(isIdle ? "True" : "False"));
  }
}
