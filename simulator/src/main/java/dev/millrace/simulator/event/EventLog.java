package dev.millrace.simulator.event;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongUnaryOperator;

/**
 * What one host has to tell: events under rising numbers, of which the newest are kept. Thread-safe
 * by its own monitor: the world's thread appends, any number of connections read.
 *
 * <p>Numbers leave gaps, as those of real hosts do: the number before an event's own is never in
 * use.
 */
public final class EventLog {
  private final int retention;
  private final LongUnaryOperator step;
  private final List<Entry> entries = new ArrayList<>();

  /** Entries before this index are gone; they leave the list in bulk. */
  private int first;

  private long forgotten;
  private long last;

  /**
   * @param start the number that all is said to have been told through and forgotten; 0 if nothing
   *     was
   * @param retention how many events are kept
   * @param step how far the next number lies above one: 2 at least
   */
  public EventLog(long start, int retention, LongUnaryOperator step) {
    this.retention = retention;
    this.step = step;
    this.forgotten = start;
    this.last = start;
  }

  /** An event with its number. */
  public record Entry(long seq, StreamEvent event) {
    public byte[] frame() {
      return event.frame(seq);
    }
  }

  public synchronized void append(StreamEvent event) {
    last += Math.max(2, step.applyAsLong(last));
    entries.add(new Entry(last, event));
    if (entries.size() - first > retention) {
      forgotten = entries.get(first++).seq();
      if (first > retention) {
        entries.subList(0, first).clear();
        first = 0;
      }
    }
    notifyAll();
  }

  /** The number of the newest event, kept or not. */
  public synchronized long lastSeq() {
    return last;
  }

  /** The number of the newest event that is no longer kept; 0 if none ever went. */
  public synchronized long forgottenThrough() {
    return forgotten;
  }

  public synchronized int size() {
    return entries.size() - first;
  }

  /** The kept events after a number, oldest first, at most so many. */
  public synchronized List<Entry> read(long after, int most) {
    int low = first;
    int high = entries.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (entries.get(middle).seq() <= after) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return List.copyOf(entries.subList(low, Math.min(entries.size(), low + most)));
  }

  /** Waits until there is an event after the number, no longer than told. */
  public synchronized void await(long after, Duration most) throws InterruptedException {
    long deadline = System.nanoTime() + most.toNanos();
    while (last <= after) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return;
      }
      wait(left);
    }
  }
}
