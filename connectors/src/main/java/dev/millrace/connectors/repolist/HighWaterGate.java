package dev.millrace.connectors.repolist;

/**
 * Shut while too much is before the backfiller; opens again at four fifths of the mark, so that it
 * does not flutter.
 *
 * <p>What was written since the last measurement counts too: the gate shuts in time however rarely
 * the backlog is measured. Safe for use by several threads.
 */
final class HighWaterGate {
  private final long high;
  private final long low;
  private long measured;
  private long writtenSince;
  private boolean isShut;

  HighWaterGate(long high) {
    this.high = high;
    this.low = high - high / 5;
  }

  synchronized void measured(long backlog) {
    measured = backlog;
    writtenSince = 0;
    update();
  }

  synchronized void wrote(int records) {
    writtenSince += records;
    update();
  }

  synchronized boolean isShut() {
    return isShut;
  }

  synchronized long backlog() {
    return measured + writtenSince;
  }

  private void update() {
    long backlog = measured + writtenSince;
    isShut = backlog >= high || (isShut && backlog > low);
  }
}
