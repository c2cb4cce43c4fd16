package dev.millrace.topology.backfiller.fetch;

import dev.millrace.schema.event.DeadLetter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The encoded events of one attempt on their way from the fetching thread to the stream thread, in
 * chunks, through a queue of {@value #CHUNKS}: that and one being filled is all that a repo of any
 * size holds in memory.
 *
 * <p>The fetching thread calls {@link #event}, {@link #setAside} and {@link #flush}; the stream
 * thread {@link #poll}.
 */
public final class Handover {
  /** A chunk is handed over when it has reached this size. */
  static final int CHUNK_BYTES = 256 * 1024;

  private static final int CHUNKS = 2;

  /** Longer than any pause of a live stream thread; past it nobody will come. */
  private static final Duration MAX_WAIT = Duration.ofMinutes(10);

  private final BlockingQueue<Chunk> chunks = new ArrayBlockingQueue<>(CHUNKS);
  private List<Chunk.Item> filling = new ArrayList<>();
  private long fillingBytes;

  /** Adds an event; waits while the stream thread is behind. */
  public void event(byte[] value) throws InterruptedException {
    add(new Chunk.Event(value), value.length);
  }

  /** Adds a record that is set aside alone. */
  public void setAside(DeadLetter letter) throws InterruptedException {
    byte[] value = letter.value();
    add(new Chunk.SetAside(letter), value == null ? 0 : value.length);
  }

  /** Hands over what is left; the last call of an attempt. */
  public void flush() throws InterruptedException {
    if (filling.isEmpty()) {
      return;
    }
    Chunk chunk = new Chunk(filling, fillingBytes);
    filling = new ArrayList<>();
    fillingBytes = 0;
    if (!chunks.offer(chunk, MAX_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new IllegalStateException("no stream thread took events for " + MAX_WAIT);
    }
  }

  /** The next chunk if one is there. */
  @Nullable Chunk poll() {
    return chunks.poll();
  }

  private void add(Chunk.Item item, int bytes) throws InterruptedException {
    filling.add(item);
    fillingBytes += bytes;
    if (fillingBytes >= CHUNK_BYTES) {
      flush();
    }
  }
}
