package dev.millrace.connectors.ingest;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Frames between the thread that reads them off the socket and the one that makes batches, bounded
 * by their number and by their bytes together.
 *
 * <p>{@link #put} waits while it is full: that is the back-pressure on the host, for a socket that
 * is not read fills up. One thread puts, one takes.
 */
public final class FrameQueue<T extends FrameQueue.Sized> {
  /** Something with a weight. */
  public interface Sized {
    int bytes();
  }

  private final int maxFrames;
  private final long maxBytes;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition hasRoom = lock.newCondition();
  private final Condition hasFrames = lock.newCondition();
  private final Deque<T> frames = new ArrayDeque<>();
  private long bytes;
  private boolean isClosed;

  public FrameQueue(int maxFrames, long maxBytes) {
    if (maxFrames < 1 || maxBytes < 1) {
      throw new IllegalArgumentException("queue of " + maxFrames + " frames, " + maxBytes + " B");
    }
    this.maxFrames = maxFrames;
    this.maxBytes = maxBytes;
  }

  /**
   * A frame larger than the whole bound still passes, alone.
   *
   * @return false if the queue was closed: the frame is not in it
   */
  public boolean put(T frame) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!isClosed && !hasRoomFor(frame)) {
        hasRoom.await();
      }
      if (isClosed) {
        return false;
      }
      frames.addLast(frame);
      bytes += frame.bytes();
      hasFrames.signal();
      return true;
    } finally {
      lock.unlock();
    }
  }

  private boolean hasRoomFor(T frame) {
    return frames.size() < maxFrames && (frames.isEmpty() || bytes + frame.bytes() <= maxBytes);
  }

  /** Lets nothing more in, and nobody wait; what is in it can still be taken. */
  public void close() {
    lock.lock();
    try {
      isClosed = true;
      hasRoom.signalAll();
      hasFrames.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes a batch: waits for a first frame as long as {@code idleNanos}, then for more until the
   * batch is full or {@code fillNanos} have passed since that first one was taken.
   *
   * @return in order; empty if no frame came
   */
  public List<T> take(int most, long mostBytes, long idleNanos, long fillNanos)
      throws InterruptedException {
    List<T> batch = new ArrayList<>();
    long batchBytes = 0;
    lock.lockInterruptibly();
    try {
      long left = idleNanos;
      while (batch.size() < most && batchBytes < mostBytes) {
        T next = frames.pollFirst();
        if (next != null) {
          if (batch.isEmpty()) {
            left = fillNanos;
          }
          batch.add(next);
          batchBytes += next.bytes();
          bytes -= next.bytes();
          hasRoom.signal();
        } else if (left <= 0 || isClosed) {
          break;
        } else {
          left = hasFrames.awaitNanos(left);
        }
      }
    } finally {
      lock.unlock();
    }
    return batch;
  }

  public int size() {
    lock.lock();
    try {
      return frames.size();
    } finally {
      lock.unlock();
    }
  }

  /** What the frames in it weigh. */
  public long bytes() {
    lock.lock();
    try {
      return bytes;
    } finally {
      lock.unlock();
    }
  }
}
