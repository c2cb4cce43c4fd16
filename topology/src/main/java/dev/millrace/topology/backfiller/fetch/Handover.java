package dev.millrace.topology.backfiller.fetch;

import dev.millrace.schema.event.DeadLetter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
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

  /**
   * Hands over what is left; the last call of an attempt. Waits as long as the task lives, through
   * an absence of Kafka of any length: a task that closes interrupts its fetches.
   */
  public void flush() throws InterruptedException {
    if (filling.isEmpty()) {
      return;
    }
    Chunk chunk = new Chunk(filling, fillingBytes);
    filling = new ArrayList<>();
    fillingBytes = 0;
    chunks.put(chunk);
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
