package dev.millrace.connectors.firehose;

/** What became of the frames of a stream. Owned by the preparer. */
public final class Tally {
  private long processed;
  private long skipped;
  private long failed;

  /** Of a checked frame: what is refused, even in part, has failed. */
  void count(CheckedFrame frame) {
    if (!frame.deadLetters.isEmpty()) {
      failed++;
    } else if (frame.events.isEmpty() && frame.fetchReason == null && !frame.asksStatus) {
      skipped++;
    } else {
      processed++;
    }
  }

  void skip() {
    skipped++;
  }

  /** Frames that led to events, or to a question. */
  public long processed() {
    return processed;
  }

  /** Frames that nothing is to be done about: not wanted, or told already. */
  public long skipped() {
    return skipped;
  }

  /** Frames that were set aside, each with a dead letter. */
  public long failed() {
    return failed;
  }
}
